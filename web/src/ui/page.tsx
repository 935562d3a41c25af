import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { goBack } from "../browser/in-app-history.ts";
import { useTitle } from "../browser/title.ts";
import { useT } from "../i18n/index.ts";
import { IconButton } from "./button.tsx";
import { cx } from "./cx.ts";

export interface PageProps {
  /** The heading, and the document's title unless `documentTitle` is given. */
  title: string;
  documentTitle?: string;
  /** Shows a back button. The path is used when there is no earlier page in this tab's history. */
  back?: string;
  /** Buttons at the right end of the header. */
  actions?: ReactNode;
  /** Tabs below the title, inside the sticky header. */
  tabs?: ReactNode;
  /** A second line below the title. */
  subtitle?: ReactNode;
  children: ReactNode;
}

/** The layout of a page: a column of 600 px with a sticky header. Sets the document's title. */
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
