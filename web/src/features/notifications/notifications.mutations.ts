import type { QueryClient } from "@tanstack/react-query";
import { onAccountChange, trackAccount } from "../../api/account-state.ts";
import { api, readBody } from "../../api/client.ts";
import { patchQueries } from "../../api/patch-queries.ts";
import { queryClient } from "../../api/query-client.ts";
import { currentDictionary } from "../../i18n/index.ts";
import type { UnreadView } from "../../realtime/views.ts";
import { toast } from "../../ui/toast.tsx";
import {
  adjustUnread,
  markRead,
  type NotificationPages,
  newestUnread,
  notificationKeys,
  type ReadMark,
} from "./notifications.cache.ts";
import { createReadAccumulator } from "./read-accumulator.ts";

/**
 * Shows rows as read, or after a failure as unread again, and changes the unread count by the number of
 * changed rows.
 */
export function applyOptimisticRead(client: QueryClient, mark: ReadMark, isRead: boolean): void {
  const before = unreadIds(client).length;
  patchQueries<NotificationPages>(client, { queryKey: notificationKeys.list }, (data) =>
    markRead(data, mark, isRead),
  );
  const difference = unreadIds(client).length - before;
  client.setQueryData<UnreadView>(notificationKeys.unread, (unread) => adjustUnread(unread, difference));
}

/** The ids of the loaded notifications that are unread. */
function unreadIds(client: QueryClient): string[] {
  const list = client.getQueryData<NotificationPages>(notificationKeys.list);
  return list?.pages.flatMap((page) => page.items.filter((row) => !row.isRead).map((row) => row.id)) ?? [];
}

function confirmUnread(response: UnreadView): void {
  queryClient.setQueryData<UnreadView>(notificationKeys.unread, (current) => newestUnread(current, response));
}

function showFailure(): void {
  toast({ text: currentDictionary().notifications.markFailed, tone: "bad" });
}

const accumulator = createReadAccumulator({
  setTimer: (run, ms) => setTimeout(run, ms),
  send: (ids) => readBody(api.notifications.read.$post({ json: { ids } })),
  confirm: confirmUnread,
  rollBack: (ids) => {
    applyOptimisticRead(queryClient, { ids }, false);
    showFailure();
  },
});
onAccountChange(accumulator.reset);

/**
 * Marks one notification as read. Shown at once; sent after 300 ms, together with others marked meanwhile.
 */
export function markOneRead(id: string): void {
  if (accumulator.add(id)) applyOptimisticRead(queryClient, { ids: [id] }, true);
}

/** Marks every notification as read. Shown at once; a failure restores the previous state. */
export async function markAllRead(): Promise<void> {
  const isSameAccount = trackAccount();
  const ids = unreadIds(queryClient);
  const savedUnread = queryClient.getQueryData<UnreadView>(notificationKeys.unread);
  applyOptimisticRead(queryClient, { all: true }, true);
  queryClient.setQueryData<UnreadView>(
    notificationKeys.unread,
    (unread) => unread && { ...unread, unread: 0 },
  );
  try {
    const response = await readBody(api.notifications.read.$post({ json: { all: true } }));
    if (isSameAccount()) confirmUnread(response);
  } catch {
    if (!isSameAccount()) return;
    applyOptimisticRead(queryClient, { ids }, false);
    queryClient.setQueryData<UnreadView>(notificationKeys.unread, (unread) =>
      unread && savedUnread && unread.version === savedUnread.version ? savedUnread : unread,
    );
    showFailure();
  }
}
