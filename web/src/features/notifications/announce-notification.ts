import { currentDictionary } from "../../i18n/index.ts";
import type { NotificationView } from "../../realtime/views.ts";
import { announce } from "../../ui/announce.tsx";
import { notificationSentence } from "./notification-text.ts";

/** Lets screen readers announce a new notification. */
export function announceNotification(item: NotificationView): void {
  const t = currentDictionary();
  announce(t.notifications.arrived(notificationSentence(item, t)));
}
