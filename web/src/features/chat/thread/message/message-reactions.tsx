import { useChatT } from "../../../../i18n/lazy-dictionaries.ts";
import type { Reaction } from "../../../../realtime/views.ts";
import { Count } from "../../../../ui/count.tsx";
import { cx } from "../../../../ui/cx.ts";

/** The reactions to a message: pressing one adds or removes the own. */
export function Reactions({
  reactions,
  meId,
  nameOf,
  isDisabled,
  tabIndex,
  onReact,
}: {
  reactions: readonly Reaction[];
  meId: string;
  nameOf: (id: string) => string;
  /** True when the reader cannot react here. */
  isDisabled: boolean;
  tabIndex: number;
  onReact: (emoji: string, isOn: boolean) => void;
}) {
  const t = useChatT();
  if (reactions.length === 0) return null;
  return (
    <ul aria-label={t.reactions} className="-mt-1.5 flex flex-wrap gap-1 px-1">
      {reactions.map(({ emoji, userIds }) => {
        const isMine = userIds.includes(meId);
        const names = userIds.map((id) => (id === meId ? t.reactedYou : nameOf(id))).join(", ");
        return (
          <li key={emoji}>
            <button
              type="button"
              tabIndex={tabIndex}
              aria-pressed={isMine}
              aria-label={t.reactedBy(emoji, names)}
              title={names}
              disabled={isDisabled}
              onClick={() => onReact(emoji, !isMine)}
              className={cx(
                "relative inline-flex h-7 items-center gap-1 rounded-full border px-2 text-sm tabular-nums ring-2 ring-ground transition-colors duration-120",
                // A touch target of 44 px around the smaller button.
                "after:absolute after:inset-x-0 after:-inset-y-2",
                isMine
                  ? "border-accent bg-accent-soft font-semibold text-accent"
                  : "border-line bg-surface text-muted hover:border-line-strong",
              )}
            >
              <span aria-hidden className="text-base leading-none">
                {emoji}
              </span>
              {userIds.length > 1 ? <Count value={userIds.length} /> : null}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
