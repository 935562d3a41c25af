import { type ReactNode, useState } from "react";
import { errorText } from "../../api/error-text.ts";
import { useT } from "../../i18n/index.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import { useUnsentCount } from "../chat/outbox/unsent-count.ts";
import { useSignOut } from "./session.mutations.ts";

/** Signing out from the interface: asks first when messages would be lost with it. Draw the `question` somewhere. */
export function useLeaving(): { leave: () => void; isPending: boolean; question: ReactNode } {
  const t = useT();
  const signOut = useSignOut();
  const unsent = useUnsentCount();
  const [isAsking, setAsking] = useState(false);
  const leave = () =>
    signOut.mutate(undefined, {
      onSuccess: () => toast({ text: t.settings.signedOut }),
      onError: (error) => toast({ text: errorText(error, t), tone: "bad" }),
      onSettled: () => setAsking(false),
    });
  return {
    leave: () => (unsent > 0 ? setAsking(true) : leave()),
    isPending: signOut.isPending,
    question: isAsking ? (
      <ConfirmDialog
        title={t.settings.unsentTitle(unsent)}
        text={t.settings.unsentText}
        confirmLabel={t.settings.signOutAnyway}
        pending={signOut.isPending}
        onConfirm={leave}
        onClose={() => setAsking(false)}
      />
    ) : null,
  };
}
