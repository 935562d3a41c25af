import type { QueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client.ts";
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

/** Shows rows as read (or, after a failure, as unread again) and moves the number by as many as really changed. */
export function applyOptimisticRead(client: QueryClient, mark: ReadMark, isRead: boolean): void {
  let changed = 0;
  client.setQueryData<NotificationPages>(notificationKeys.list, (data) => {
    if (!data) return data;
    const next = markRead(data, mark, isRead);
    const unreadIn = (pages: NotificationPages) =>
      pages.pages.flatMap((page) => page.items).filter((row) => !row.isRead);
    changed = unreadIn(next).length - unreadIn(data).length;
    return next;
  });
  client.setQueryData<UnreadView>(notificationKeys.unread, (unread) => adjustUnread(unread, changed));
}

function settle(answer: UnreadView): void {
  queryClient.setQueryData<UnreadView>(notificationKeys.unread, (current) => newestUnread(current, answer));
}

function failed(): void {
  toast({ text: currentDictionary().notifications.markFailed, tone: "bad" });
}

const accumulator = createReadAccumulator({
  setTimer: (run, ms) => setTimeout(run, ms),
  send: async (ids) => settle(await ask(api.notifications.read.$post({ json: { ids } }))),
  rollBack: (ids) => {
    applyOptimisticRead(queryClient, { ids }, false);
    failed();
  },
});

/** Marks one as read: shown at once, sent with its neighbours after 300 ms. */
export function markOneRead(id: string): void {
  if (accumulator.add(id)) applyOptimisticRead(queryClient, { ids: [id] }, true);
}

/** Marks everything as read: shown at once, put back as it was when it fails. */
export async function markAllRead(): Promise<void> {
  const saved = queryClient.getQueryData<NotificationPages>(notificationKeys.list);
  const unreadIds =
    saved?.pages.flatMap((page) => page.items.filter((row) => !row.isRead).map((row) => row.id)) ?? [];
  const savedUnread = queryClient.getQueryData<UnreadView>(notificationKeys.unread);
  applyOptimisticRead(queryClient, { all: true }, true);
  queryClient.setQueryData<UnreadView>(
    notificationKeys.unread,
    (unread) => unread && { ...unread, unread: 0 },
  );
  try {
    settle(await ask(api.notifications.read.$post({ json: { all: true } })));
  } catch {
    applyOptimisticRead(queryClient, { ids: unreadIds }, false);
    queryClient.setQueryData<UnreadView>(notificationKeys.unread, (unread) =>
      unread && savedUnread && unread.version === savedUnread.version ? savedUnread : unread,
    );
    failed();
  }
}
