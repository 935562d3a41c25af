import { Bell, CircleUserRound, House, LogIn, MessageCircle, UserRoundPlus } from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";
import { useSession } from "../../features/session/session.queries.ts";
import { useT } from "../../i18n/index.ts";
import { afterFirstScreen } from "../first-screen.ts";

const NotificationBell = lazy(
  afterFirstScreen(async () => ({
    default: (await import("../../features/notifications/notification-bell.tsx")).NotificationBell,
  })),
);

const MessagesIcon = lazy(
  afterFirstScreen(async () => ({
    default: (await import("../../features/chat/list/messages-icon.tsx")).MessagesIcon,
  })),
);

const ICON = { size: 22, strokeWidth: 1.75, "aria-hidden": true } as const;

export interface NavItem {
  href: string;
  text: string;
  icon: ReactNode;
}

/** True when the item leads to the open page or to a parent of it. */
export function isCurrent(item: NavItem, path: string): boolean {
  return path === item.href || (item.href === "/messages" && path.startsWith("/messages/"));
}

/** The navigation items of the rail and the bottom bar. */
export function useNavItems(): { before: NavItem[]; after: NavItem[]; isSignedIn: boolean } {
  const t = useT();
  const { me, isPending, likelySignedIn } = useSession();
  const home = { href: "/", text: t.shell.home, icon: <House {...ICON} /> };
  if (!me && !(isPending && likelySignedIn)) {
    return {
      before: [home],
      after: [
        { href: "/sign-in", text: t.common.signIn, icon: <LogIn {...ICON} /> },
        { href: "/sign-up", text: t.common.signUp, icon: <UserRoundPlus {...ICON} /> },
      ],
      isSignedIn: false,
    };
  }
  const bell = <Bell {...ICON} />;
  const bubble = <MessageCircle {...ICON} />;
  return {
    before: [
      home,
      {
        href: "/messages",
        text: t.shell.messages,
        icon: me ? (
          <Suspense fallback={bubble}>
            <MessagesIcon />
          </Suspense>
        ) : (
          bubble
        ),
      },
    ],
    after: [
      {
        href: "/notifications",
        text: t.shell.notifications,
        icon: me ? (
          <Suspense fallback={bell}>
            <NotificationBell />
          </Suspense>
        ) : (
          bell
        ),
      },
      { href: me ? `/@${me.handle}` : "/settings", text: t.shell.you, icon: <CircleUserRound {...ICON} /> },
    ],
    isSignedIn: true,
  };
}

/** Scrolls to the top when the pressed item is the open page. */
export function scrollToTopIfCurrent(isCurrentPage: boolean): void {
  if (!isCurrentPage) return;
  const isReduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
  window.scrollTo({ top: 0, behavior: isReduced ? "instant" : "smooth" });
}
