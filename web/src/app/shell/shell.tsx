import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { useMedia } from "../../browser/use-media-query.ts";
import { useT } from "../../i18n/index.ts";
import { cx } from "../../ui/cx.ts";
import { BottomBar } from "./bottom-bar.tsx";
import { Rail } from "./rail.tsx";

const Side = lazy(() => import("./side-column.tsx"));

/**
 * Rail, column, side column; on phones the column and a bar below. A `wide` page takes the side column's place too; one that
 * `hasFloor` has something of its own at the bottom (a composer), so the bar gives way.
 */
export function Shell({
  wide = false,
  hasFloor = false,
  children,
}: {
  wide?: boolean;
  hasFloor?: boolean;
  children: ReactNode;
}) {
  const t = useT();
  // The side column's code is only fetched where there is room for it.
  const isWide = useMedia("(min-width: 76rem)");
  useEffect(() => {
    document.documentElement.toggleAttribute("data-floor", hasFloor);
  }, [hasFloor]);
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
                <Side />
              </Suspense>
            ) : null}
          </aside>
        )}
      </div>
      {hasFloor ? null : <BottomBar />}
    </>
  );
}
