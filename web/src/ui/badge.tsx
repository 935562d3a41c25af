import { compactNumber } from "./count.tsx";

const BADGE_MAX = 99;

/** An unread count on an icon, "99+" at most. Screen readers get `label` instead. Renders nothing at 0. */
export function Badge({ count, label, testId }: { count: number; label: string; testId?: string }) {
  if (count <= 0) return null;
  return (
    <span
      key={count}
      data-testid={testId}
      className="absolute -top-1.5 left-2.5 inline-flex h-4.5 min-w-4.5 animate-tick items-center justify-center rounded-full bg-accent px-1 text-xs leading-4 font-semibold text-on-accent tabular-nums"
    >
      <span className="sr-only">{label}</span>
      <span aria-hidden>{count > BADGE_MAX ? "99+" : compactNumber(count, "en")}</span>
    </span>
  );
}
