import type { ReactNode } from "react";

/** Shown where a list is empty: what belongs there, and a button for the first step. */
export function EmptyState({
  icon,
  title,
  text,
  action,
}: {
  icon?: ReactNode;
  title: string;
  text?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-2 px-8 py-16 text-center">
      {icon ? (
        <span
          aria-hidden
          className="mb-2 inline-flex size-14 items-center justify-center rounded-full bg-accent-soft text-accent"
        >
          {icon}
        </span>
      ) : null}
      <h2 className="text-lg font-bold text-balance">{title}</h2>
      {text ? <p className="max-w-[44ch] text-muted text-pretty">{text}</p> : null}
      {action ? <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  );
}
