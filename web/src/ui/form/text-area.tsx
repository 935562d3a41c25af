import { type Ref, type TextareaHTMLAttributes, useLayoutEffect, useRef } from "react";
import { useT } from "../../i18n/index.ts";
import { cx } from "../cx.ts";
import { controlClass, Field, type FieldProps } from "./field.tsx";

export interface TextAreaProps extends FieldProps, Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "id"> {
  /** In characters. From 80 % of it on, a counter is shown. Longer text is allowed and marked as an error. */
  maxLength?: number;
  /** Draws no border and no background, for composers with a layout of their own. */
  bare?: boolean;
  ref?: Ref<HTMLTextAreaElement>;
}

/** The part of `maxLength` from which the counter is shown. */
const COUNTER_FROM = 0.8;

/**
 * A multi-line text input that grows with its text. The limit is not passed to the browser, because the
 * browser would cut off pasted text.
 */
export function TextArea({
  label,
  hint,
  error,
  hideLabel,
  maxLength,
  bare,
  className,
  rows = 3,
  value,
  ref,
  ...rest
}: TextAreaProps) {
  const box = useRef<HTMLTextAreaElement | null>(null);
  const t = useT();
  const length = typeof value === "string" ? value.length : 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height depends on the text
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || CSS.supports("field-sizing", "content")) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight + 2}px`;
  }, [value]);

  const left = maxLength === undefined ? null : maxLength - length;
  const near = maxLength !== undefined && left !== null && length >= maxLength * COUNTER_FROM;
  return (
    <Field label={label} hint={hint} error={error} hideLabel={hideLabel ?? false}>
      {(control) => (
        <div className="relative">
          <textarea
            {...rest}
            {...control}
            ref={(element) => {
              box.current = element;
              if (typeof ref === "function") return ref(element);
              if (ref) ref.current = element;
              return undefined;
            }}
            rows={rows}
            value={value}
            className={cx(
              "block field-sizing-content resize-none",
              bare
                ? "w-full bg-transparent text-ink outline-none placeholder:text-muted"
                : controlClass(error, "py-2.5"),
              className,
            )}
          />
          {near ? (
            <p
              aria-live="polite"
              className={cx(
                "mt-1 text-right text-sm tabular-nums",
                left < 0 ? "font-semibold text-bad" : "text-muted",
              )}
            >
              {left < 0 ? t.common.charactersOver(-left) : t.common.charactersLeft(left)}
            </p>
          ) : null}
        </div>
      )}
    </Field>
  );
}
