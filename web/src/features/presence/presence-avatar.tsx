import { useT } from "../../i18n/index.ts";
import type { Presence } from "../../realtime/views.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { cx } from "../../ui/cx.ts";

/** A dot for somebody who is online, with a text for screen readers. Renders nothing for others. */
function PresenceDot({ presence, className }: { presence: Presence | undefined; className?: string }) {
  const t = useT();
  if (!presence?.isOnline) return null;
  return (
    <span
      role="img"
      aria-label={t.profiles.online}
      title={t.profiles.online}
      data-testid="online"
      className={cx("absolute rounded-full bg-good ring-2 ring-ground", className)}
    />
  );
}

const DOTS = {
  xs: "size-2 right-0 bottom-0",
  sm: "size-2.5 -right-0.5 -bottom-0.5",
  md: "size-3 -right-0.5 -bottom-0.5",
  lg: "size-3 right-0 bottom-0",
  xl: "size-4 right-1 bottom-1",
} as const;

/** An avatar with the online dot. */
export function PresenceAvatar({
  person,
  presence,
  size = "md",
}: {
  person: { id: string; name: string; handle: string };
  presence: Presence | undefined;
  size?: keyof typeof DOTS;
}) {
  return (
    <span className="relative inline-flex h-fit shrink-0">
      <Avatar person={person} size={size} />
      <PresenceDot presence={presence} className={DOTS[size]} />
    </span>
  );
}
