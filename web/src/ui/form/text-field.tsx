import { Eye, EyeOff } from "lucide-react";
import { type InputHTMLAttributes, type ReactNode, type Ref, useState } from "react";
import { useT } from "../../i18n/index.ts";
import { cx } from "../cx.ts";
import { controlClass, Field, type FieldProps } from "./field.tsx";

export interface TextFieldProps extends FieldProps, Omit<InputHTMLAttributes<HTMLInputElement>, "id"> {
  /** Text inside the box, before the value, such as an @. */
  prefix?: string;
  /** An element inside the box, at its end. */
  suffix?: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

/** A one-line text input with label, hint and error. */
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
      {(control) => (
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
            {...control}
            className={controlClass(error, cx("h-11", prefix && "pl-8", suffix ? "pr-11" : null, className))}
          />
          {suffix ? <span className="absolute inset-y-0 right-1 flex items-center">{suffix}</span> : null}
        </div>
      )}
    </Field>
  );
}

/** A password input with a toggle button that shows or hides the characters. */
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
