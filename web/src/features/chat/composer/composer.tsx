import { CornerUpLeft, PenLine, SendHorizontal, Smile, X } from "lucide-react";
import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useT } from "../../../i18n/index.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import { IconButton } from "../../../ui/button.tsx";
import { cx } from "../../../ui/cx.ts";
import type { ShownMessage } from "../data/chat.types.ts";
import { MESSAGE_MAX_CHARS } from "../data/limits.ts";
import { EmojiButton } from "./emoji-button.tsx";

/** From this length on, the remaining characters are shown. */
const COUNTER_FROM_CHARS = 3_600;

export interface ComposerHandle {
  focus(): void;
}

/** A message must contain a visible character; the server checks the same. */
const VISIBLE_CHARACTER = /[^\s\p{Cc}\p{Cf}]/u;

/** The message field. Enter sends with a keyboard and starts a new line on touch screens. */
export function Composer({
  draft,
  onDraft,
  placeholder,
  replyTo,
  replyName,
  editing,
  onCancel,
  onSend,
  onSaveEdit,
  onTyping,
  onStopTyping,
  onEditLast,
  ref,
}: {
  draft: string;
  onDraft: (text: string) => void;
  placeholder: string;
  replyTo: ShownMessage | null;
  replyName: string | null;
  editing: ShownMessage | null;
  /** Ends replying or editing. */
  onCancel: () => void;
  onSend: (body: string) => void;
  onSaveEdit: (body: string) => void;
  onTyping: () => void;
  onStopTyping: () => void;
  /** Called when Arrow up is pressed in an empty field: edits the last own message. */
  onEditLast: () => void;
  ref?: Ref<ComposerHandle>;
}) {
  const t = useChatT();
  const common = useT().common;
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const [changed, setChanged] = useState<{ key: string; text: string } | null>(null);
  const caret = useRef<number | null>(null);
  useImperativeHandle(ref, () => ({ focus: () => box.current?.focus() }), []);

  // While a message is edited, the field shows that message's text and the draft is not changed.
  const text = editing ? (changed?.key === editing.key ? changed.text : editing.body) : draft;
  const body = text.trim();
  const left = MESSAGE_MAX_CHARS - body.length;
  const isLong = left < 0;
  const canSend = VISIBLE_CHARACTER.test(body) && !isLong;

  const changeText = (next: string) => {
    if (editing) return setChanged({ key: editing.key, text: next });
    onDraft(next);
    if (next.trim()) onTyping();
    else onStopTyping();
  };
  const submit = () => {
    if (!canSend) return;
    if (editing) {
      setChanged(null);
      onSaveEdit(body);
    } else onSend(body);
    box.current?.focus();
  };
  const insert = (emoji: string) => {
    const element = box.current;
    const at = element?.selectionStart ?? text.length;
    const to = element?.selectionEnd ?? at;
    caret.current = at + emoji.length;
    changeText(text.slice(0, at) + emoji + text.slice(to));
  };
  // A layout effect, because the caret must be set before the next key press.
  useLayoutEffect(() => {
    if (caret.current === null) return;
    box.current?.focus();
    box.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || CSS.supports("field-sizing", "content")) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);
  const editKey = editing?.key ?? null;
  const replyKey = replyTo?.key ?? null;
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || (editKey === null && replyKey === null)) return;
    element.focus();
    element.setSelectionRange(element.value.length, element.value.length);
  }, [editKey, replyKey]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      const isTouch = matchMedia("(pointer: coarse)").matches;
      if (isTouch && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && (editing || replyTo)) {
      event.preventDefault();
      onCancel();
    } else if (event.key === "ArrowUp" && text === "" && !event.altKey) {
      event.preventDefault();
      onEditLast();
    }
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {editing ? (
        <Bar
          icon={<PenLine size={18} strokeWidth={1.75} aria-hidden />}
          title={t.editing}
          onClose={onCancel}
          closeLabel={t.cancelEdit}
        >
          {editing.body}
        </Bar>
      ) : replyTo ? (
        <Bar
          icon={<CornerUpLeft size={18} strokeWidth={1.75} aria-hidden />}
          title={replyName === null ? t.replyToYourself : t.replyTo(replyName)}
          onClose={onCancel}
          closeLabel={t.cancelReply}
        >
          {replyTo.body}
        </Bar>
      ) : null}
      <div className="flex items-end gap-1 px-2 py-2 sm:px-3">
        <EmojiButton
          label={t.emoji}
          icon={<Smile size={22} strokeWidth={1.75} />}
          align="start"
          className="size-11"
          onPick={insert}
        />
        {/* The field scrolls inside its frame, so that no line of text touches the border. */}
        <label
          htmlFor={id}
          className={cx(
            "block min-w-0 flex-1 cursor-text rounded-[22px] border bg-surface py-2.25 focus-within:outline-2 focus-within:-outline-offset-1",
            isLong
              ? "border-bad focus-within:outline-bad"
              : "border-line-strong focus-within:border-accent focus-within:outline-accent hover:border-ink",
          )}
        >
          <span className="sr-only">{t.composer}</span>
          <textarea
            ref={box}
            id={id}
            rows={1}
            value={text}
            placeholder={placeholder}
            aria-describedby={left <= MESSAGE_MAX_CHARS - COUNTER_FROM_CHARS ? `${id}-left` : undefined}
            aria-invalid={isLong || undefined}
            enterKeyHint="enter"
            onChange={(event) => changeText(event.target.value)}
            onKeyDown={onKeyDown}
            onBlur={onStopTyping}
            className="block field-sizing-content max-h-[min(9rem,round(down,30dvh,1.5rem))] w-full resize-none bg-transparent px-4 text-base leading-6 text-ink outline-none placeholder:truncate placeholder:text-muted"
          />
        </label>
        <button
          type="submit"
          aria-label={editing ? t.saveEdit : t.send}
          title={editing ? t.saveEdit : t.send}
          aria-disabled={!canSend}
          // Keeps the focus in the field, and the on-screen keyboard open.
          onPointerDown={(event) => event.preventDefault()}
          className={cx(
            "inline-flex size-11 shrink-0 items-center justify-center rounded-full transition-colors duration-120",
            canSend ? "bg-accent text-on-accent hover:bg-accent-strong" : "bg-sunken text-muted",
          )}
        >
          <SendHorizontal size={20} strokeWidth={1.75} />
        </button>
      </div>
      {left <= MESSAGE_MAX_CHARS - COUNTER_FROM_CHARS ? (
        <p
          id={`${id}-left`}
          aria-live="polite"
          className={cx(
            "px-4 pb-2 text-right text-sm tabular-nums",
            isLong ? "font-semibold text-bad" : "text-muted",
          )}
        >
          {isLong ? `${t.tooLong} ${common.charactersOver(-left)}` : common.charactersLeft(left)}
        </p>
      ) : null}
    </form>
  );
}

function Bar({
  icon,
  title,
  closeLabel,
  onClose,
  children,
}: {
  icon: ReactNode;
  title: string;
  closeLabel: string;
  onClose: () => void;
  children: string;
}) {
  return (
    <div className="flex items-center gap-3 border-b border-line py-1.5 pr-2 pl-5">
      <span className="shrink-0 text-accent">{icon}</span>
      <span className="min-w-0 flex-1 border-l-2 border-accent pl-2.5 text-sm">
        <span className="block truncate font-semibold text-accent">{title}</span>
        <span className="block truncate text-muted">{children}</span>
      </span>
      <IconButton label={closeLabel} onClick={onClose}>
        <X size={18} strokeWidth={1.75} />
      </IconButton>
    </div>
  );
}
