import { type ReactNode, useId } from "react";
import { cx } from "../cx.ts";

export interface FieldProps {
  label: string;
  /** Help text below the control. With an error, only screen readers get it. */
  hint?: ReactNode;
  /** The validation error, below the control. Screen readers announce it when it appears. */
  error?: string | null | undefined;
  /** Hides the label visually; screen readers still read it. */
  hideLabel?: boolean;
}

const CONTROL =
  "w-full rounded-card border bg-surface px-3.5 text-base text-ink transition-colors duration-120 " +
  "placeholder:text-muted hover:border-ink focus:border-accent focus:outline-2 focus:-outline-offset-1 focus:outline-accent disabled:opacity-60";

/** Classes of a boxed control; the border is red while there is an error. */
export function controlClass(error: unknown, more?: string): string {
  return cx(CONTROL, error ? "border-bad" : "border-line-strong", more);
}

interface ControlProps {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}

/**
 * Label, hint and error around one control. `children` gets the id and the aria attributes that connect them,
 * and must spread them on the control. `trailing` stands beside the label.
 */
export function Field({
  label,
  hint,
  error,
  hideLabel,
  trailing,
  children,
}: FieldProps & { trailing?: ReactNode; children: (control: ControlProps) => ReactNode }) {
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
