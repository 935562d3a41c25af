/** Unsent messages on pages without chat: the outbox's code is loaded only when there are unsent messages. */
import { trackAccount } from "../../../api/account-state.ts";
import { readUnsentCount } from "../outbox/unsent-count.ts";

/** Called when the page has started: sends the unsent messages of an earlier tab. */
export async function sendUnsent(accountId: string): Promise<void> {
  if (readUnsentCount(accountId) === 0) return;
  const isSameAccount = trackAccount();
  const { openChatSession } = await import("./chat-session.ts");
  if (!isSameAccount()) return;
  await openChatSession(accountId).outbox.wake();
}

/** Called when signing out: deletes the account's unsent messages from this device. */
export async function deleteUnsentMessages(accountId: string): Promise<void> {
  if (readUnsentCount(accountId) === 0) return;
  const { deleteUnsent } = await import("../outbox/browser-outbox.ts");
  await deleteUnsent(accountId);
}
