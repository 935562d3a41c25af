import { useT } from "../../i18n/index.ts";
import type { Presence } from "../../realtime/views.ts";
import { useRelativeTime } from "../../ui/time/time.tsx";

/** "Online", "Here 5 min. ago", or nothing when the presence is unknown or hidden from the viewer. */
export function PresenceText({ presence }: { presence: Presence | undefined }) {
  const t = useT();
  const ago = useRelativeTime(presence?.lastSeenAt ?? null);
  if (!presence) return null;
  if (presence.isOnline) return t.profiles.online;
  if (ago === null) return null;
  return ago === t.common.now ? t.profiles.lastSeenNow : t.profiles.lastSeen(ago);
}
