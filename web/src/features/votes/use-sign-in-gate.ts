import { navigate } from "wouter/use-browser-location";
import { signInPath } from "../../app/next-path.ts";
import { words } from "../../i18n/index.ts";
import { toast } from "../../ui/toast.tsx";
import { useMe } from "../session/session.queries.ts";

/** Where one comes back to after signing in. */
export function signInHref(): string {
  return signInPath(location.pathname + location.search + location.hash);
}

/** True when signed in; else offers to sign in, saying what for, and answers false. */
export function useSignInGate(): (why: string) => boolean {
  const isSignedIn = useMe() !== null;
  return (why) => {
    if (isSignedIn) return true;
    toast({ text: why, action: { label: words().common.signIn, onPress: () => navigate(signInHref()) } });
    return false;
  };
}
