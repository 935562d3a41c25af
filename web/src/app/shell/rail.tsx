import { PenLine } from "lucide-react";
import { lazy, Suspense } from "react";
import { Link, useLocation } from "wouter";
import { type Me, useMe } from "../../features/session/session.queries.ts";
import { useT } from "../../i18n/index.ts";
import { buttonClass } from "../../ui/button.tsx";
import { cx } from "../../ui/cx.ts";
import { Mark } from "../../ui/logo.tsx";
import { afterFirstScreen } from "../first-screen.ts";
import { AccountFace } from "./account-face.tsx";
import { isCurrent, scrollToTopIfCurrent, useNavItems } from "./nav-items.tsx";

const BellMenu = lazy(
  afterFirstScreen(async () => ({
    default: (await import("../../features/notifications/bell-menu.tsx")).BellMenu,
  })),
);

const AccountMenu = lazy(afterFirstScreen(() => import("./account-menu.tsx")));

/** The navigation at the left: icons on tablets, with labels on wider windows. */
export function Rail() {
  const t = useT();
  const me = useMe();
  const [path] = useLocation();
  const { before, after, isSignedIn } = useNavItems();
  return (
    <header className="sticky top-0 hidden h-dvh w-[72px] shrink-0 flex-col gap-1 px-3 pt-2 pb-[calc(1rem+var(--strip,0px))] sm:flex lg:w-60 lg:pr-5">
      <Link
        href="/"
        onClick={() => scrollToTopIfCurrent(path === "/")}
        className="mb-3 inline-flex h-12 items-center gap-2.5 self-start rounded-full px-2 text-lg font-bold tracking-tight"
      >
        <Mark size={32} />
        <span className="sr-only lg:not-sr-only">Plaza</span>
      </Link>
      <nav aria-label={t.shell.mainNav} className="flex flex-col gap-1">
        {[...before, ...after].map((item) => {
          const isActive = isCurrent(item, path);
          const className = cx(
            "flex h-12 items-center gap-4 rounded-full px-3 transition-colors duration-120 hover:bg-sunken",
            isActive ? "font-bold text-ink" : "font-medium text-muted hover:text-ink",
          );
          const content = (
            <>
              {item.icon}
              <span className="sr-only lg:not-sr-only">{item.text}</span>
            </>
          );
          const link = (
            <Link
              key={item.text}
              href={item.href}
              title={item.text}
              onClick={() => scrollToTopIfCurrent(path === item.href)}
              aria-current={isActive ? "page" : undefined}
              className={className}
            >
              {content}
            </Link>
          );
          if (item.href !== "/notifications" || !me || isActive) return link;
          return (
            <Suspense key={item.text} fallback={link}>
              <BellMenu className={className}>{content}</BellMenu>
            </Suspense>
          );
        })}
      </nav>
      {isSignedIn ? (
        <Link
          href="/compose"
          title={t.shell.newPost}
          className={buttonClass("primary", "md", "mt-4 h-12 max-lg:w-12 max-lg:px-0! lg:w-full")}
        >
          <PenLine size={20} strokeWidth={1.75} aria-hidden />
          <span className="sr-only lg:not-sr-only">{t.shell.newPost}</span>
        </Link>
      ) : null}
      <div className="mt-auto flex">
        {me ? (
          <Suspense fallback={<AccountPlaceholder me={me} />}>
            <AccountMenu me={me} />
          </Suspense>
        ) : null}
      </div>
    </header>
  );
}

/** The button of the account's menu before the menu is loaded. */
function AccountPlaceholder({ me }: { me: Me }) {
  return (
    <div className="touch inline-flex h-14 w-12 shrink-0 items-center justify-center gap-3 text-muted lg:w-full lg:justify-start lg:px-2">
      <AccountFace me={me} />
    </div>
  );
}
