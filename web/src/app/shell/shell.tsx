import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { useMedia } from "../../browser/use-media-query.ts";
import { useT } from "../../i18n/index.ts";
import { cx } from "../../ui/cx.ts";
import { BottomBar } from "./bottom-bar.tsx";
import { Rail } from "./rail.tsx";

const SideColumn = lazy(() => import("./side-column.tsx"));

/**
 * The layout of a page: rail, column and side column; on phones the column with a bar at the bottom. A `wide` page also uses the
 * place of the side column. A page with `hasFooter` has a footer of its own (a composer), which replaces the bar.
 */
export function Shell({
  wide = false,
  hasFooter = false,
  children,
}: {
  wide?: boolean;
  hasFooter?: boolean;
  children: ReactNode;
}) {
  const t = useT();
  // The code of the side column is loaded only where the window has room for it.
  const isWide = useMedia("(min-width: 76rem)");
  useEffect(() => {
    document.documentElement.toggleAttribute("data-footer", hasFooter);
  }, [hasFooter]);
  return (
    <>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-full bg-accent px-5 py-2.5 font-semibold text-on-accent focus:translate-y-0"
      >
        {t.shell.skip}
      </a>
      <div className="mx-auto flex min-h-dvh justify-center">
        <Rail />
        <main id="main" tabIndex={-1} className={cx("column min-w-0", wide && "lg:max-w-[60rem] lg:flex-1")}>
          {children}
        </main>
        {wide ? null : (
          <aside className="hidden w-80 shrink-0 xl:block">
            {isWide ? (
              <Suspense fallback={null}>
                <SideColumn />
              </Suspense>
            ) : null}
          </aside>
        )}
      </div>
      {hasFooter ? null : <BottomBar />}
    </>
  );
}
