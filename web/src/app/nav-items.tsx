import { Bell, CircleUserRound, House, LogIn, UserRoundPlus } from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";
import { useSession } from "../features/session/session.queries.ts";
import { useT } from "../i18n/index.ts";

const NotificationBell = lazy(async () => ({
  default: (await import("../features/notifications/notification-bell.tsx")).NotificationBell,
}));

const ICON = { size: 22, strokeWidth: 1.75, "aria-hidden": true } as const;

export interface NavItem {
  href: string;
  text: string;
  icon: ReactNode;
}

/** Where one can go, for the rail and the bar alike. */
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
  return {
    before: [home],
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

/** Already there: pressing again goes to the top. */
export function toTopIfHere(isHere: boolean): void {
  if (!isHere) return;
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  window.scrollTo({ top: 0, behavior: isCalm ? "instant" : "smooth" });
}
