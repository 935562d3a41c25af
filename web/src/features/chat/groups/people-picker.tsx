import { X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { NAME_MAX_CHARS } from "../../../../../party/protocol/limits.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Person } from "../../../realtime/views.ts";
import { Avatar } from "../../../ui/avatar.tsx";
import { cx } from "../../../ui/cx.ts";
import { usePeople } from "../../profiles/people.queries.ts";

/**
 * Picks people by name or handle. Before anything is typed it lists people whom the account writes to or
 * follows.
 */
export function PeoplePicker({
  label,
  picked,
  onChange,
  max,
  without = [],
  isBusy = false,
  children,
}: {
  label: string;
  picked: readonly Person[];
  onChange: (people: Person[]) => void;
  max: number;
  /** The ids of people who are members already and are not offered. */
  without?: readonly string[];
  /** A request for the picked people is in flight: nobody else can be picked. */
  isBusy?: boolean;
  /** Shown between the field and the list. */
  children?: ReactNode;
}) {
  const t = useChatT();
  const listId = useId();
  const box = useRef<HTMLInputElement | null>(null);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  // For the case that the dialog is already open, so that `autofocus` has no effect.
  useEffect(() => box.current?.focus(), []);
  const { people, isCurrent } = usePeople(text);
  const taken = new Set([...without, ...picked.map((person) => person.id)]);
  const offered = people.filter((person) => !taken.has(person.id));
  const isFull = picked.length >= max;

  const pick = (person: Person | undefined) => {
    if (!person || isFull || isBusy) return;
    onChange([...picked, { id: person.id, handle: person.handle, name: person.name }]);
    setText("");
    setChosen(0);
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (offered.length === 0) return;
      const next = (chosen + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length;
      setChosen(next);
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      // The results may still be those of an earlier text.
      if (isCurrent) pick(offered[chosen]);
    } else if (event.key === "Backspace" && text === "" && picked.length > 0) {
      onChange(picked.slice(0, -1));
    }
  };

  return (
    <div>
      <label htmlFor={`${listId}-box`} className="text-sm font-semibold">
        {label}
      </label>
      <div className="mt-1.5 flex min-h-11 flex-wrap items-center gap-1.5 rounded-card border border-line-strong bg-surface px-2 py-1 focus-within:border-accent focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-accent hover:border-ink">
        {picked.length > 0 ? (
          <ul aria-label={t.picked} className="contents">
            {picked.map((person) => (
              <li
                key={person.id}
                className="inline-flex max-w-full items-center gap-1.5 rounded-full bg-accent-soft py-0.5 pr-0.5 pl-1 text-sm font-semibold text-accent"
              >
                <Avatar person={person} size="xs" />
                <span className="truncate">{person.name}</span>
                <button
                  type="button"
                  aria-label={t.unpick(person.name)}
                  title={t.unpick(person.name)}
                  onClick={() => {
                    onChange(picked.filter((other) => other.id !== person.id));
                    box.current?.focus();
                  }}
                  className="inline-flex size-7 shrink-0 items-center justify-center rounded-full hover:bg-surface pointer-coarse:size-9"
                >
                  <X size={14} strokeWidth={2} aria-hidden />
                </button>
              </li>
            ))}
          </ul>
        ) : null}
        <input
          ref={(element) => {
            box.current = element;
            // Read by the dialog when it opens. React's autoFocus would run before that, and the dialog would
            // move the focus.
            element?.setAttribute("autofocus", "");
          }}
          id={`${listId}-box`}
          role="combobox"
          autoComplete="off"
          autoCapitalize="none"
          aria-autocomplete="list"
          aria-expanded={offered.length > 0}
          aria-controls={listId}
          aria-activedescendant={offered.length > 0 ? `${listId}-${chosen}` : undefined}
          placeholder={picked.length === 0 ? t.toPlaceholder : undefined}
          value={text}
          maxLength={NAME_MAX_CHARS}
          disabled={isFull}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
          className="h-9 min-w-32 flex-1 bg-transparent px-1.5 outline-none placeholder:text-muted"
        />
      </div>
      {children}
      <div
        id={listId}
        role="listbox"
        aria-busy={isBusy || undefined}
        aria-label={t.peopleFound}
        className="mt-2 h-60 overflow-y-auto overscroll-contain"
      >
        {offered.map((person, index) => (
          <div
            key={person.id}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            // Keeps the focus in the field, and the on-screen keyboard open.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => pick(person)}
            onKeyDown={() => {}}
            className={cx(
              "flex min-h-13 cursor-pointer items-center gap-3 rounded-sm px-2 py-1.5 hover:bg-sunken",
              index === chosen && "bg-sunken",
            )}
          >
            <Avatar person={person} />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-semibold">{person.name}</span>
              <span className="block truncate text-sm text-muted">@{person.handle}</span>
            </span>
          </div>
        ))}
        {offered.length === 0 && isCurrent ? (
          <p className="px-2 py-6 text-center text-pretty text-muted">
            {text.trim() ? t.noPeople : t.peopleHint}
          </p>
        ) : null}
      </div>
    </div>
  );
}
