import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useEffect, useState } from "react";
import { onAccountChange } from "../api/account-state.ts";
import { createStore, useStore } from "../api/create-store.ts";
import { useT } from "../i18n/index.ts";
import { cx } from "./cx.ts";

export type ToastTone = "plain" | "good" | "bad";

export interface ToastInput {
  text: string;
  tone?: ToastTone;
  /** One button, such as "Undo" or "Retry". Pressing it dismisses the toast. */
  action?: { label: string; onPress: () => void };
}

interface ToastItem extends ToastInput {
  id: number;
}

const PLAIN_MS = 5_000;
const WITH_ACTION_MS = 10_000;
const SHOWN_MAX = 3;

const toasts = createStore<readonly ToastItem[]>([]);
let lastId = 0;

// A toast may name people and offer to undo an action of this account.
onAccountChange(() => toasts.set([]));

/** Shows a short message for some seconds. A toast with the same text replaces the one that is shown. */
export function toast(input: ToastInput): void {
  lastId += 1;
  const others = toasts.get().filter((item) => item.text !== input.text);
  toasts.set([...others, { ...input, id: lastId }].slice(-SHOWN_MAX));
}

function dismiss(id: number): void {
  toasts.set(toasts.get().filter((item) => item.id !== id));
}

/**
 * The list of toasts, mounted once by the shell. It is a live region and always in the document, because
 * screen readers announce only changes of regions that exist already.
 */
export function Toaster() {
  const shown = useStore(toasts);
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

/** One toast. It disappears by itself, but not while it is hovered or has the focus. */
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
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering only stops the timer
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
