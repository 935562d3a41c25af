import { X } from "lucide-react";
import { type ReactNode, type RefObject, useEffect, useId, useRef } from "react";
import { useT } from "../i18n/index.ts";
import { Button, IconButton } from "./button.tsx";
import { cx } from "./cx.ts";

export interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Stands at the bottom, for the buttons. */
  footer?: ReactNode;
  /** "sm" for questions, "md" for forms. */
  size?: "sm" | "md";
  /** What gets the focus when it closes. Without it, or while it is null: the element that had the focus before. */
  returnFocus?: RefObject<{ focus(): void } | null> | undefined;
}

/**
 * A modal on the native dialog: focus stays inside and returns, Escape and a press outside close it.
 * On phones it is a sheet from below. Render it when it is open; leave it out when it is not.
 */
export function Dialog({ title, onClose, children, footer, size = "md", returnFocus }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const t = useT();

  useEffect(() => {
    const element = dialog.current;
    // Focus goes back by hand: React removes the element, and a removed dialog does not return it. Only here: as long as the
    // dialog is open nothing outside can be focused, and nobody else knows when React has removed it.
    const before = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      const wanted = returnFocus?.current;
      if (wanted) return wanted.focus();
      // Something that appeared with the same update may have taken the focus already.
      const isFocusFree = document.activeElement === null || document.activeElement === document.body;
      if (isFocusFree && before instanceof HTMLElement && before.isConnected) before.focus();
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

/** Asks before something that cannot be taken back. `onConfirm` closes nothing by itself. */
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
