import {
  ArrowUp,
  AtSign,
  Award,
  CornerUpLeft,
  type LucideIcon,
  MessageCircle,
  PartyPopper,
  UserRoundPlus,
} from "lucide-react";
import type { Ref } from "react";
import { Link } from "wouter";
import { useT } from "../../i18n/index.ts";
import type { NotificationView } from "../../realtime/views.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { cx } from "../../ui/cx.ts";
import { RelativeTime } from "../../ui/time/time.tsx";
import { notificationText } from "./notification-text.ts";
import { markOneRead } from "./notifications.mutations.ts";

const ICONS: Record<NotificationView["type"], { Icon: LucideIcon; look: string }> = {
  post_upvote: { Icon: ArrowUp, look: "bg-accent text-on-accent" },
  answer_upvote: { Icon: ArrowUp, look: "bg-accent text-on-accent" },
  post_comment: { Icon: MessageCircle, look: "bg-ink text-ground" },
  answer_comment: { Icon: MessageCircle, look: "bg-ink text-ground" },
  comment_reply: { Icon: CornerUpLeft, look: "bg-ink text-ground" },
  mention: { Icon: AtSign, look: "bg-accent text-on-accent" },
  new_follower: { Icon: UserRoundPlus, look: "bg-accent text-on-accent" },
  badge_earned: { Icon: Award, look: "bg-warn-soft text-warn" },
  milestone: { Icon: PartyPopper, look: "bg-warn-soft text-warn" },
};

/**
 * One notification: actor, text, time and excerpt. The row is a link to its subject; following it marks it as
 * read.
 */
export function NotificationRow({
  item,
  onOpen,
  isCompact = false,
  ref,
}: {
  item: NotificationView;
  onOpen?: () => void;
  isCompact?: boolean;
  ref?: Ref<HTMLAnchorElement> | ((node: Element | null) => void) | undefined;
}) {
  const t = useT();
  const { Icon, look } = ICONS[item.type];
  const { actor, text } = notificationText(item, t);
  const open = () => {
    if (!item.isRead) markOneRead(item.id);
    onOpen?.();
  };
  return (
    <Link
      href={item.link}
      ref={ref as Ref<HTMLAnchorElement>}
      {...(isCompact ? {} : { "data-item": true })}
      onClick={open}
      className={cx(
        "relative flex gap-3 -outline-offset-2 transition-colors duration-120 hover:bg-sunken",
        isCompact ? "rounded-sm px-3 py-2.5" : "border-b border-line px-4 py-3.5",
        !item.isRead && !isCompact && "bg-surface",
      )}
    >
      {item.actor ? (
        <span className="relative h-fit">
          <Avatar person={item.actor} />
          <span
            aria-hidden
            className={cx(
              "absolute -right-1 -bottom-1 inline-flex size-5 items-center justify-center rounded-full ring-2 ring-surface",
              look,
            )}
          >
            <Icon size={12} strokeWidth={2.25} />
          </span>
        </span>
      ) : (
        <span
          aria-hidden
          className={cx("inline-flex size-10 shrink-0 items-center justify-center rounded-full", look)}
        >
          <Icon size={20} strokeWidth={1.75} />
        </span>
      )}
      <span className="min-w-0 flex-1">
        <span className="block text-pretty">
          {actor ? <strong className="font-semibold">{actor}</strong> : null} {text}
        </span>
        {item.detail.excerpt ? (
          <span className="mt-0.5 line-clamp-2 text-muted">{item.detail.excerpt}</span>
        ) : null}
        <RelativeTime iso={item.createdAt} className="mt-0.5 block text-sm text-muted" />
      </span>
      {item.isRead ? null : (
        <span className="mt-2 size-2 shrink-0 rounded-full bg-accent">
          <span className="sr-only">{t.notifications.unread}</span>
        </span>
      )}
    </Link>
  );
}
