import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { cx } from "./cx.ts";

/** Tabs that are links, each with its own address. `label` is the accessible name of the group. */
export function TabLinks({
  label,
  tabs,
}: {
  label: string;
  tabs: readonly { href: string; text: ReactNode; current?: boolean }[];
}) {
  const [path] = useLocation();
  return (
    <nav aria-label={label} className="flex border-b border-line">
      {tabs.map((tab) => {
        const current = tab.current ?? path === tab.href;
        return (
          <Link
            key={tab.href}
            href={tab.href}
            replace
            aria-current={current ? "page" : undefined}
            className={cx(
              "relative flex min-h-12 flex-1 items-center justify-center px-4 font-semibold transition-colors duration-120",
              "focus-visible:-outline-offset-4 hover:bg-sunken",
              current
                ? "text-ink after:absolute after:bottom-0 after:h-[3px] after:w-12 after:rounded-full after:bg-accent"
                : "text-muted",
            )}
          >
            {tab.text}
          </Link>
        );
      })}
    </nav>
  );
}
