import { PenLine } from "lucide-react";
import { Link, useLocation } from "wouter";
import { useT } from "../../i18n/index.ts";
import { cx } from "../../ui/cx.ts";
import { isCurrent, type NavItem, scrollToTopIfCurrent, useNavItems } from "./nav-items.tsx";

/** The navigation on phones. */
export function BottomBar() {
  const t = useT();
  const [path] = useLocation();
  const { before, after, isSignedIn } = useNavItems();
  const write: NavItem = {
    href: "/compose",
    text: t.shell.write,
    icon: <PenLine size={22} strokeWidth={1.75} aria-hidden />,
  };
  return (
    <nav
      aria-label={t.shell.mainNav}
      className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      {[...before, ...(isSignedIn ? [write] : []), ...after].map((item) => {
        const isActive = isCurrent(item, path);
        return (
          <Link
            key={item.text}
            href={item.href}
            onClick={() => scrollToTopIfCurrent(path === item.href)}
            aria-current={isActive ? "page" : undefined}
            className={cx(
              "flex h-14 min-w-0 flex-1 flex-col items-center justify-center gap-0.5 text-[0.6875rem] leading-4 font-medium -outline-offset-4",
              isActive ? "text-accent" : "text-muted",
            )}
          >
            {item.icon}
            <span className="max-w-full truncate px-0.5">{item.text}</span>
          </Link>
        );
      })}
    </nav>
  );
}
