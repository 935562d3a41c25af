import { Eye, EyeOff } from "lucide-react";
import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useT } from "../i18n/index.ts";
import { cx } from "./cx.ts";

interface FieldProps {
  label: string;
  /** Help that is always there, under the label. */
  hint?: ReactNode;
  /** What is wrong, beside the field; announced when it appears. */
  error?: string | null | undefined;
  /** Hides the label from the eye only. */
  hideLabel?: boolean;
}

const CONTROL =
  "w-full rounded-card border bg-surface px-3.5 text-base text-ink transition-colors duration-150 " +
  "placeholder:text-muted hover:border-ink focus:border-accent focus:outline-2 focus:-outline-offset-1 focus:outline-accent disabled:opacity-60";

function controlClass(error: unknown, more?: string): string {
  return cx(CONTROL, error ? "border-bad" : "border-line-strong", more);
}

interface Wired {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

/** Draws label, hint and error around a control and wires their ids for screen readers. */
export function Field({
  label,
  hint,
  error,
  hideLabel,
  trailing,
  children,
}: FieldProps & { trailing?: ReactNode; children: (wired: Wired) => ReactNode }) {
  const id = useId();
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div className="flex flex-col gap-1.5">
      <div className={cx("flex items-baseline justify-between gap-3", hideLabel && "sr-only")}>
        <label htmlFor={id} className="text-sm font-semibold">
          {label}
        </label>
        {trailing}
      </div>
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined })}
      {hint ? (
        <p id={`${id}-hint`} className={cx("text-sm text-muted", error && "sr-only")}>
          {hint}
        </p>
      ) : null}
      <p id={`${id}-error`} aria-live="polite" className="text-sm font-medium text-bad empty:hidden">
        {error}
      </p>
    </div>
  );
}

export interface TextFieldProps extends FieldProps, Omit<InputHTMLAttributes<HTMLInputElement>, "id"> {
  /** Drawn inside the box, before the text (an @, an icon). */
  prefix?: string;
  /** Drawn inside the box, at its end. */
  suffix?: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

export function TextField({
  label,
  hint,
  error,
  hideLabel,
  prefix,
  suffix,
  className,
  ...rest
}: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} hideLabel={hideLabel ?? false}>
      {(wired) => (
        <div className="relative">
          {prefix ? (
            <span
              aria-hidden
              className="pointer-events-none absolute inset-y-0 left-3.5 flex items-center text-muted"
            >
              {prefix}
            </span>
          ) : null}
          <input
            {...rest}
            {...wired}
            className={controlClass(error, cx("h-11", prefix && "pl-8", suffix ? "pr-11" : null, className))}
          />
          {suffix ? <span className="absolute inset-y-0 right-1 flex items-center">{suffix}</span> : null}
        </div>
      )}
    </Field>
  );
}

/** A password with a button that shows it. */
export function PasswordField(props: Omit<TextFieldProps, "type" | "suffix">) {
  const [shown, setShown] = useState(false);
  const t = useT();
  return (
    <TextField
      {...props}
      type={shown ? "text" : "password"}
      spellCheck={false}
      autoCapitalize="none"
      suffix={
        <button
          type="button"
          onClick={() => setShown(!shown)}
          aria-label={t.common.showPassword}
          aria-pressed={shown}
          title={shown ? t.common.hidePassword : t.common.showPassword}
          className="touch inline-flex size-9 items-center justify-center rounded-full text-muted hover:text-ink"
        >
          {shown ? <EyeOff size={18} strokeWidth={1.75} /> : <Eye size={18} strokeWidth={1.75} />}
        </button>
      }
    />
  );
}

export interface TextAreaProps extends FieldProps, Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "id"> {
  /** With `maxLength`, a counter appears as the limit comes near. Typing past it is allowed and marked. */
  maxLength?: number;
  /** No box: for composers that stand on their own ground. */
  bare?: boolean;
  ref?: Ref<HTMLTextAreaElement>;
}

const COUNTER_FROM = 0.8;

/** Grows with its text. The limit is shown, not enforced: cutting off what is pasted would lose words. */
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

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
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
      {(wired) => (
        <div className="relative">
          <textarea
            {...rest}
            {...wired}
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

export interface SelectFieldProps extends FieldProps, Omit<SelectHTMLAttributes<HTMLSelectElement>, "id"> {
  options: readonly { value: string; label: string }[];
}

export function SelectField({
  label,
  hint,
  error,
  hideLabel,
  options,
  className,
  ...rest
}: SelectFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} hideLabel={hideLabel ?? false}>
      {(wired) => (
        <select {...rest} {...wired} className={controlClass(error, cx("h-11", className))}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** Moves focus to the first field that is marked wrong, after a failed submit. */
export function useFocusFirstError(form: { current: HTMLFormElement | null }, attempt: number): void {
  useEffect(() => {
    if (attempt > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [attempt, form]);
}
