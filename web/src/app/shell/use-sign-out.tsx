import { type ReactNode, useState } from "react";
import { navigate } from "wouter/use-browser-location";
import { errorText } from "../../api/error-text.ts";
import { clearCache } from "../../browser/scroll-positions.ts";
import { useUnsentCount } from "../../features/chat/outbox/unsent-count.ts";
import { deleteUnsentMessages } from "../../features/chat/session/unsent-messages.ts";
import { useSignOutMutation } from "../../features/session/session.mutations.ts";
import { useT } from "../../i18n/index.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { toast } from "../../ui/toast.tsx";

/**
 * Signing out from the interface. When messages are still unsent, a dialog warns first that they will be
 * lost; the caller must render `dialog`.
 */
export function useSignOut(): { signOut: () => void; isPending: boolean; dialog: ReactNode } {
  const t = useT();
  const mutation = useSignOutMutation({
    beforeEnd: (accountId) => {
      if (accountId) void deleteUnsentMessages(accountId);
      clearCache();
      // Before the cache is emptied: a page for members only would load its data again or redirect to the
      // sign-in page.
      navigate("/");
    },
    // Not a callback of mutate(): those are dropped when the component is gone, and the navigation removes it.
    afterEnd: () => toast({ text: t.settings.signedOut }),
  });
  const unsent = useUnsentCount();
  const [isConfirming, setConfirming] = useState(false);
  const signOut = () =>
    mutation.mutate(undefined, {
      onError: (error) => toast({ text: errorText(error, t), tone: "bad" }),
      onSettled: () => setConfirming(false),
    });
  return {
    signOut: () => (unsent > 0 ? setConfirming(true) : signOut()),
    isPending: mutation.isPending,
    dialog: isConfirming ? (
      <ConfirmDialog
        title={t.settings.unsentTitle(unsent)}
        text={t.settings.unsentText}
        confirmLabel={t.settings.signOutAnyway}
        pending={mutation.isPending}
        onConfirm={signOut}
        onClose={() => setConfirming(false)}
      />
    ) : null,
  };
}
