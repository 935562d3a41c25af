import { useT } from "../i18n/index.ts";
import { cx } from "./cx.ts";

/** A grey placeholder for content that is loading. Set size and shape with classes. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      data-skeleton
      className={cx(
        "block animate-glow bg-sunken",
        !className?.includes("rounded") && "rounded-sm",
        className,
      )}
    />
  );
}

/** A group of skeletons that screen readers announce once as "Loading". */
export function SkeletonGroup({ children, className }: { children: React.ReactNode; className?: string }) {
  const t = useT();
  return (
    <div role="status" className={className}>
      <span className="sr-only">{t.common.loading}</span>
      {children}
    </div>
  );
}

/**
 * `count` placeholder rows with an avatar, a name and `lines` lines of text: for posts, people and
 * notifications.
 */
export function SkeletonRows({ count = 4, lines = 2 }: { count?: number; lines?: number }) {
  return (
    <SkeletonGroup>
      {Array.from({ length: count }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are never reordered
        <div key={row} className="flex gap-3 border-b border-line px-4 py-4">
          <Skeleton className="size-10 shrink-0 rounded-full" />
          <div className="flex flex-1 flex-col gap-2.5 pt-1">
            <Skeleton className="h-3.5 w-40" />
            {Array.from({ length: lines }, (_, line) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines are never reordered
              <Skeleton key={line} className={cx("h-3.5", line === lines - 1 ? "w-2/3" : "w-full")} />
            ))}
          </div>
        </div>
      ))}
    </SkeletonGroup>
  );
}
