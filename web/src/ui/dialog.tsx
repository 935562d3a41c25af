import { X } from "lucide-react";
import { type ReactNode, type RefObject, useId, useLayoutEffect, useRef } from "react";
import { useT } from "../i18n/index.ts";
import { Button, IconButton } from "./button.tsx";
import { cx } from "./cx.ts";

export interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** A row below the content, for the buttons. */
  footer?: ReactNode;
  /** The maximal width: "sm" for confirmations, "md" for forms. */
  size?: "sm" | "md";
  /**
   * Gets the focus when the dialog closes. Without it, or while it is null, the element that had the focus
   * before gets it.
   */
  returnFocus?: RefObject<{ focus(): void } | null> | undefined;
}

/**
 * A modal dialog, based on the native one; a bottom sheet on phones. Render it to open it and remove it to
 * close it. The focus stays inside, and returns to the element that had it before; if that one is gone, to
 * the list row or page it was in. Escape, the close button and a press on the backdrop call `onClose`.
 */
export function Dialog({ title, onClose, children, footer, size = "md", returnFocus }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const t = useT();

  // A layout effect: its cleanup runs while the element is still in the document, where close() gives the
  // focus back. A passive effect would run some time after the removal, and take the focus from whatever got
  // it meanwhile.
  useLayoutEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    const fallbacks = [opener?.closest<HTMLElement>("[data-item]"), document.getElementById("main")];
    element?.showModal();
    return () => {
      element?.close();
      // The same commit may remove the opener as well, or add an element that takes the focus: decide when it
      // is done.
      queueMicrotask(() => {
        const target = returnFocus?.current;
        if (target) return target.focus();
        if (document.activeElement && document.activeElement !== document.body) return;
        fallbacks.find((fallback) => fallback?.isConnected)?.focus({ preventScroll: true });
      });
    };
  }, [returnFocus]);

  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      className={cx(
        "max-h-[90dvh] w-full max-w-full overflow-hidden bg-surface p-0 shadow-lift open:flex open:flex-col",
        "mt-auto mb-0 animate-rise rounded-t-sheet backdrop:animate-appear sm:m-auto sm:rounded-sheet",
        size === "sm" ? "sm:max-w-sm" : "sm:max-w-lg",
      )}
    >
      <header className="flex items-center justify-between gap-3 px-5 pt-4 pb-2">
        <h2 id={id} className="text-lg font-bold">
          {title}
        </h2>
        <IconButton label={t.common.close} onClick={onClose} className="-mr-2">
          <X size={20} strokeWidth={1.75} />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 pb-5">{children}</div>
      {footer ? (
        <footer className="flex justify-end gap-2 border-t border-line px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
          {footer}
        </footer>
      ) : null}
    </dialog>
  );
}

/**
 * Asks for confirmation before an action. `onConfirm` does not close the dialog: the caller removes it when
 * the action is done. While `pending`, the confirm button shows a spinner and ignores presses.
 */
export function ConfirmDialog({
  title,
  text,
  confirmLabel,
  tone = "danger",
  pending = false,
  returnFocus,
  onConfirm,
  onClose,
}: {
  title: string;
  text: ReactNode;
  confirmLabel: string;
  tone?: "danger" | "primary";
  pending?: boolean;
  returnFocus?: DialogProps["returnFocus"];
  onConfirm: () => void;
  onClose: () => void;
}) {
  const t = useT();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      size="sm"
      returnFocus={returnFocus}
      footer={
        <>
          <Button variant="secondary" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button variant={tone} pending={pending} onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <div className="text-muted">{text}</div>
    </Dialog>
  );
}
