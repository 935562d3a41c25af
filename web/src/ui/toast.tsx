import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useT } from "../i18n/index.ts";
import { cx } from "./cx.ts";

export type ToastTone = "plain" | "good" | "bad";

export interface ToastInput {
  text: string;
  tone?: ToastTone;
  /** One thing to do about it, such as "Undo" or "Retry". */
  action?: { label: string; onPress: () => void };
}

interface ToastItem extends ToastInput {
  id: number;
}

const PLAIN_MS = 5_000;
const WITH_ACTION_MS = 10_000;
const MOST_AT_ONCE = 3;

let items: readonly ToastItem[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly ToastItem[]): void {
  items = next;
  for (const listener of listeners) listener();
}

/** Says briefly what just happened. The same text twice is shown once. */
export function toast(input: ToastInput): void {
  lastId += 1;
  const others = items.filter((item) => item.text !== input.text);
  set([...others, { ...input, id: lastId }].slice(-MOST_AT_ONCE));
}

function dismiss(id: number): void {
  set(items.filter((item) => item.id !== id));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where toasts appear. Mounted once by the shell; the live region is there before the first text. */
export function Toaster() {
  const shown = useSyncExternalStore(subscribe, () => items);
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-[calc(var(--bar)+var(--strip,0px)+0.75rem)] z-50 flex flex-col items-center gap-2 px-4"
    >
      {shown.map((item) => (
        <Toast key={item.id} item={item} />
      ))}
    </div>
  );
}

function Toast({ item }: { item: ToastItem }) {
  const t = useT();
  const [held, setHeld] = useState(false);
  const { id, tone = "plain", text, action } = item;

  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(id), action ? WITH_ACTION_MS : PLAIN_MS);
    return () => clearTimeout(timer);
  }, [held, id, action]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering only holds the toast on the screen
    <div
      role={tone === "bad" ? "alert" : undefined}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="pointer-events-auto flex min-h-12 max-w-md animate-rise items-center gap-3 rounded-card bg-ink py-1.5 pr-1.5 pl-4 text-ground shadow-lift"
    >
      {tone === "good" ? <CircleCheck size={18} strokeWidth={1.75} aria-hidden className="shrink-0" /> : null}
      {tone === "bad" ? <CircleAlert size={18} strokeWidth={1.75} aria-hidden className="shrink-0" /> : null}
      <span className="py-1">{text}</span>
      {action ? (
        <button
          type="button"
          onClick={() => {
            dismiss(id);
            action.onPress();
          }}
          className="touch h-9 shrink-0 rounded-full px-3 font-semibold underline underline-offset-4 outline-offset-0 focus-visible:outline-current"
        >
          {action.label}
        </button>
      ) : null}
      <button
        type="button"
        aria-label={t.common.dismiss}
        onClick={() => dismiss(id)}
        className={cx(
          "touch inline-flex size-9 shrink-0 items-center justify-center rounded-full opacity-75 outline-offset-0",
          "hover:opacity-100 focus-visible:outline-current",
        )}
      >
        <X size={18} strokeWidth={1.75} />
      </button>
    </div>
  );
}
