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
  /** Called on Ctrl or Cmd + Enter. */
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

/**
 * A text area that suggests people while a mention is typed after "@". Arrow keys select a suggestion, Enter
 * or Tab inserts it, Escape closes the list. The focus stays in the text area (ARIA combobox with
 * `aria-activedescendant`).
 */
export function MentionArea({ value, onChange, onSubmit, ref, ...rest }: MentionAreaProps) {
  const t = useT();
  const listId = useId();
  const box = useRef<HTMLTextAreaElement | null>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [selected, setSelected] = useState(0);
  const caret = useRef<number | null>(null);
  const people = useHandles(typed);
  const isOpen = typed !== null && people.length > 0;

  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isOpen) list.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);

  const updateMention = () => {
    const element = box.current;
    if (!element) return;
    const next =
      element.selectionStart === element.selectionEnd
        ? mentionAt(element.value, element.selectionStart)
        : null;
    if (next !== typed) setSelected(0);
    setTyped(next);
  };
  const insert = (person: PersonView | undefined) => {
    const element = box.current;
    if (!element || typed === null || !person) return;
    const next = insertMention(value, element.selectionStart, typed, person.handle);
    onChange(next.text);
    setTyped(null);
    caret.current = next.caret;
  };
  // A layout effect, because the next key press must find the caret behind the inserted handle already.
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
      setSelected((selected + (event.key === "ArrowDown" ? 1 : people.length - 1)) % people.length);
    } else if (isOpen && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      insert(people[selected]);
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
        aria-activedescendant={isOpen ? `${listId}-${selected}` : undefined}
        onChange={(event) => {
          onChange(event.target.value);
          updateMention();
        }}
        onKeyDown={onKeyDown}
        onKeyUp={(event) => {
          if (event.key.startsWith("Arrow") && !isOpen) updateMention();
        }}
        onClick={updateMention}
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
              aria-selected={index === selected}
              // preventDefault keeps the focus, and with it the caret, in the text area.
              onPointerDown={(event) => {
                event.preventDefault();
                insert(person);
              }}
              className={cx(
                "flex min-h-11 cursor-pointer items-center gap-3 rounded-sm px-2 py-1.5 hover:bg-sunken",
                index === selected && "bg-sunken",
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
