import { navigate } from "wouter/use-browser-location";
import { currentDictionary } from "../../i18n/index.ts";
import { toast } from "../../ui/toast.tsx";
import { useMe } from "./session.queries.ts";
import { signInPath } from "./sign-in-path.ts";

/** The address of the sign-in page that leads back to the current page afterwards. */
export function signInHref(): string {
  return signInPath(location.pathname + location.search + location.hash);
}

/**
 * Guards an action that needs an account. The returned function is true when somebody is signed in; otherwise
 * it shows `reason` in a toast with a sign-in button and returns false.
 */
export function useSignInGate(): (reason: string) => boolean {
  const isSignedIn = useMe() !== null;
  return (reason) => {
    if (isSignedIn) return true;
    toast({
      text: reason,
      action: { label: currentDictionary().common.signIn, onPress: () => navigate(signInHref()) },
    });
    return false;
  };
}
