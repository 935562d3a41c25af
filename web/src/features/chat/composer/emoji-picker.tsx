import { type KeyboardEvent, useId, useRef, useState } from "react";
import { useLocale } from "../../../i18n/index.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import { EMOJI, type Emoji, findEmoji } from "./emoji-set.ts";
import { recentEmoji, rememberEmoji } from "./recent-emoji.ts";

const COLUMNS = 8;

/** A searchable grid of emoji with arrow-key navigation. */
export default function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const t = useChatT();
  const id = useId();
  const [text, setText] = useState("");
  const [recent] = useState(recentEmoji);
  const panel = useRef<HTMLDivElement>(null);
  const isSearching = text.trim() !== "";
  const found = findEmoji(text);
  const pick = (emoji: string) => {
    rememberEmoji(emoji);
    onPick(emoji);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const all = [...(panel.current?.querySelectorAll<HTMLElement>("[data-emoji]") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const isInField = at < 0;
    let next: HTMLElement | undefined;
    if (event.key === "ArrowDown") next = isInField ? all[0] : (all[at + COLUMNS] ?? all.at(-1));
    else if (event.key === "ArrowUp" && !isInField) next = all[Math.max(0, at - COLUMNS)];
    else if (event.key === "ArrowRight" && !isInField) next = all[at + 1];
    else if (event.key === "ArrowLeft" && !isInField) next = all[at - 1];
    else if (event.key === "Enter" && isInField && found[0]) {
      event.preventDefault();
      return pick(found[0].emoji);
    }
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the buttons inside
    <div ref={panel} onKeyDown={onKeyDown} className="flex flex-col">
      <input
        type="search"
        aria-label={t.emojiSearch}
        placeholder={t.emojiSearch}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="mx-1 mb-1 h-11 shrink-0 rounded-full border border-line bg-ground px-4 text-base placeholder:text-muted focus:border-accent focus:outline-2 focus:-outline-offset-1 focus:outline-accent"
      />
      <div className="h-64 overflow-y-auto overscroll-contain px-1">
        {isSearching ? (
          found.length > 0 ? (
            <Grid items={found} onPick={pick} />
          ) : (
            <p className="px-2 py-8 text-center text-muted">{t.emojiNone}</p>
          )
        ) : (
          <>
            {recent.length > 0 ? (
              <section aria-labelledby={`${id}-recent`}>
                <Heading id={`${id}-recent`}>{t.emojiGroups.recent}</Heading>
                <Grid items={recent} onPick={pick} />
              </section>
            ) : null}
            {EMOJI.map(({ group, items }) => (
              <section key={group} aria-labelledby={`${id}-${group}`}>
                <Heading id={`${id}-${group}`}>{t.emojiGroups[group]}</Heading>
                <Grid items={items} onPick={pick} />
              </section>
            ))}
          </>
        )}
      </div>
    </div>
  );
}

function Heading({ id, children }: { id: string; children: string }) {
  return (
    <h3 id={id} className="sticky top-0 bg-surface px-1.5 py-1 text-sm font-semibold text-muted">
      {children}
    </h3>
  );
}

function Grid({ items, onPick }: { items: readonly Emoji[]; onPick: (emoji: string) => void }) {
  const locale = useLocale();
  return (
    <div className="grid grid-cols-8">
      {items.map(({ emoji, names }) => (
        <button
          key={emoji}
          type="button"
          data-emoji
          title={names[locale]}
          aria-label={`${emoji} ${names[locale]}`}
          onClick={() => onPick(emoji)}
          className="inline-flex h-10 items-center justify-center rounded-sm text-2xl leading-none hover:bg-sunken focus-visible:-outline-offset-2 pointer-coarse:h-11"
        >
          <span aria-hidden>{emoji}</span>
        </button>
      ))}
    </div>
  );
}
