import { ArrowDown } from "lucide-react";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import { cx } from "../../../ui/cx.ts";

/** The day above its messages. */
export function DaySeparator({ children }: { children: string }) {
  return (
    <h2 className="flex justify-center px-4 pt-4 pb-1">
      <span className="rounded-full bg-sunken px-3 py-0.5 text-sm font-medium text-muted">{children}</span>
    </h2>
  );
}

/** Above the first unread message. */
export function NewSeparator() {
  const t = useChatT();
  return (
    <p
      data-testid="new-separator"
      className="flex items-center gap-3 px-4 pt-3 pb-1 text-sm font-semibold text-accent"
    >
      <span aria-hidden className="h-px flex-1 bg-accent" />
      {t.newLine}
      <span aria-hidden className="h-px flex-1 bg-accent" />
    </p>
  );
}

/** Scrolls to the newest message. Shows how many messages of others below were not in view yet. */
export function ScrollToEndButton({ count, onPress }: { count: number; onPress: () => void }) {
  const t = useChatT();
  const hasNew = count > 0;
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-[calc(var(--strip,0px)+0.75rem)] z-10 flex justify-center">
      <button
        type="button"
        data-testid="scroll-to-end"
        onClick={onPress}
        aria-label={hasNew ? undefined : t.toBottom}
        title={t.toBottom}
        className={cx(
          "pointer-events-auto flex animate-rise items-center rounded-full shadow-lift",
          hasNew
            ? "h-9 gap-1.5 bg-accent pr-4 pl-3 text-sm font-semibold text-on-accent hover:bg-accent-strong pointer-coarse:h-11"
            : "mr-3 ml-auto size-10 justify-center border border-line bg-surface text-muted hover:text-ink sm:mr-4 pointer-coarse:size-11",
        )}
      >
        <ArrowDown size={18} strokeWidth={2} aria-hidden />
        {hasNew ? t.newBelow(count) : null}
      </button>
    </div>
  );
}
