import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { goBack } from "../browser/in-app-history.ts";
import { useTitle } from "../browser/title.ts";
import { useT } from "../i18n/index.ts";
import { IconButton } from "./button.tsx";
import { cx } from "./cx.ts";

export interface PageProps {
  /** In the header, and in the tab unless `documentTitle` says otherwise. */
  title: string;
  documentTitle?: string;
  /** A back button; the place to go when there is nothing to go back to. */
  back?: string;
  /** At the header's right end. */
  actions?: ReactNode;
  /** Under the title, inside the sticky header: tabs. */
  tabs?: ReactNode;
  /** A second, quiet line under the title. */
  subtitle?: ReactNode;
  children: ReactNode;
}

/** A screen's column of 600 px with its sticky header, title and tab title. */
export function Page({ title, documentTitle, back, actions, tabs, subtitle, children }: PageProps) {
  useTitle(documentTitle ?? title);
  const t = useT();
  return (
    <div className="column min-h-dvh border-line pb-[calc(var(--bar)+2rem)] sm:border-x">
      <header className="sticky top-0 z-20 border-b border-line bg-ground pt-[env(safe-area-inset-top)]">
        <div className={cx("flex min-h-14 items-center gap-2 pr-3", back ? "pl-2" : "pl-4")}>
          {back ? (
            <IconButton label={t.common.back} onClick={() => goBack(back)}>
              <ArrowLeft size={20} strokeWidth={1.75} />
            </IconButton>
          ) : null}
          <div className="min-w-0 flex-1">
            <h1 tabIndex={-1} className="truncate text-lg font-bold">
              {title}
            </h1>
            {subtitle ? <p className="truncate text-sm text-muted">{subtitle}</p> : null}
          </div>
          {actions}
        </div>
        {tabs ? <div className="-mb-px">{tabs}</div> : null}
      </header>
      {children}
    </div>
  );
}
