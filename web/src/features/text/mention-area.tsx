import { type KeyboardEvent, type Ref, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useT } from "../../i18n/index.ts";
import type { PersonView } from "../../realtime/views.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { cx } from "../../ui/cx.ts";
import { TextArea } from "../../ui/form/text-area.tsx";
import { useHandles } from "./handles.queries.ts";
import { insertMention, mentionAt } from "./mention.ts";

export interface MentionAreaProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** Ctrl or Cmd with Enter. */
  onSubmit: () => void;
  placeholder?: string;
  maxLength: number;
  error?: string | null;
  rows?: number;
  bare?: boolean;
  autoFocus?: boolean;
  className?: string;
  ref?: Ref<HTMLTextAreaElement>;
}

/** A text field that offers people once an @ is typed: arrows choose, Enter or Tab takes, Escape closes. */
export function MentionArea({ value, onChange, onSubmit, ref, ...rest }: MentionAreaProps) {
  const t = useT();
  const listId = useId();
  const box = useRef<HTMLTextAreaElement | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [chosen, setChosen] = useState(0);
  const caret = useRef<number | null>(null);
  const people = useHandles(typed);
  const isOpen = typed !== null && people.length > 0;

  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isOpen) list.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);

  const look = () => {
    const element = box.current;
    if (!element) return;
    const next =
      element.selectionStart === element.selectionEnd
        ? mentionAt(element.value, element.selectionStart)
        : null;
    if (next !== typed) setChosen(0);
    setTyped(next);
  };
  const take = (person: PersonView | undefined) => {
    const element = box.current;
    if (!element || typed === null || !person) return;
    const next = insertMention(value, element.selectionStart, typed, person.handle);
    onChange(next.text);
    setTyped(null);
    caret.current = next.caret;
  };
  // Before the next key can be pressed, or a quick writer's letters land in the wrong place.
  useLayoutEffect(() => {
    if (caret.current === null) return;
    box.current?.focus();
    box.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onSubmit();
    } else if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      setChosen((chosen + (event.key === "ArrowDown" ? 1 : people.length - 1)) % people.length);
    } else if (isOpen && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      take(people[chosen]);
    } else if (isOpen && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      setTyped(null);
    }
  };

  return (
    <div className="relative">
      <TextArea
        {...rest}
        hideLabel
        value={value}
        ref={(element) => {
          box.current = element;
          if (typeof ref === "function") ref(element);
          else if (ref) ref.current = element;
        }}
        aria-autocomplete="list"
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={isOpen ? `${listId}-${chosen}` : undefined}
        onChange={(event) => {
          onChange(event.target.value);
          look();
        }}
        onKeyDown={onKeyDown}
        onKeyUp={(event) => {
          if (event.key.startsWith("Arrow") && !isOpen) look();
        }}
        onClick={look}
        onBlur={() => setTyped(null)}
      />
      {isOpen ? (
        <div
          ref={list}
          id={listId}
          role="listbox"
          aria-label={t.posts.mentionList}
          className="absolute inset-x-0 top-full z-30 mt-1 max-h-72 max-w-sm scroll-mb-[calc(var(--bar)+0.5rem)] animate-appear overflow-y-auto rounded-card border border-line bg-surface p-1 shadow-lift"
        >
          {people.map((person, index) => (
            <div
              key={person.id}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              // The field keeps the focus, and with it the caret.
              onPointerDown={(event) => {
                event.preventDefault();
                take(person);
              }}
              className={cx(
                "flex min-h-11 cursor-pointer items-center gap-3 rounded-sm px-2 py-1.5 hover:bg-sunken",
                index === chosen && "bg-sunken",
              )}
            >
              <Avatar person={person} size="sm" />
              <span className="min-w-0 flex-1 truncate">
                <span className="font-semibold">{person.name}</span>{" "}
                <span className="text-sm text-muted">@{person.handle}</span>
              </span>
            </div>
          ))}
        </div>
      ) : null}
    </div>
  );
}
