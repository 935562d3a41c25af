import { Keyboard, LogOut, PenLine, Settings } from "lucide-react";
import { lazy, Suspense } from "react";
import { Link, useLocation } from "wouter";
import { type Me, useMe } from "../../features/session/session.queries.ts";
import { useT } from "../../i18n/index.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { cx } from "../../ui/cx.ts";
import { Mark } from "../../ui/logo.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { showShortcuts } from "../shortcuts/global-shortcuts.tsx";
import { isCurrent, scrollToTopIfCurrent, useNavItems } from "./nav-items.tsx";
import { useSignOut } from "./use-sign-out.tsx";

const BellMenu = lazy(async () => ({
  default: (await import("../../features/notifications/bell-menu.tsx")).BellMenu,
}));

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
      <div className="mt-auto">{me ? <Account me={me} /> : null}</div>
    </header>
  );
}

function Account({ me }: { me: Me }) {
  const t = useT();
  const { signOut, dialog } = useSignOut();
  const icon = { size: 18, strokeWidth: 1.75, "aria-hidden": true } as const;
  return (
    <>
      <Menu
        label={`${me.name} @${me.handle}, ${t.shell.account}`}
        className="h-14 w-12 gap-3 lg:w-full lg:justify-start lg:px-2"
        isNamedInside
        icon={
          <>
            <Avatar person={me} />
            <span className="sr-only min-w-0 flex-1 text-left lg:not-sr-only">
              <span className="block truncate font-semibold text-ink">{me.name}</span>{" "}
              <span className="block truncate text-sm">@{me.handle}</span>
              <span className="sr-only">, {t.shell.account}</span>
            </span>
          </>
        }
      >
        <MenuItem href="/settings" icon={<Settings {...icon} />}>
          {t.shell.settings}
        </MenuItem>
        <MenuItem onSelect={showShortcuts} icon={<Keyboard {...icon} />}>
          {t.shell.shortcuts}
        </MenuItem>
        <MenuItem onSelect={signOut} icon={<LogOut {...icon} />}>
          {t.shell.signOut}
        </MenuItem>
      </Menu>
      {dialog}
    </>
  );
}
