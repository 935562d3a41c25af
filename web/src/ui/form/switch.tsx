import { useId } from "react";
import { cx } from "../cx.ts";

/** A switch that applies immediately. While `isPending`, presses are ignored. */
export function Switch({
  label,
  hint,
  isOn,
  isPending = false,
  onChange,
}: {
  label: string;
  hint?: string;
  isOn: boolean;
  isPending?: boolean;
  onChange: (isOn: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="flex items-center justify-between gap-4">
      <div className="min-w-0">
        <span id={`${id}-label`} className="block font-semibold">
          {label}
        </span>
        {hint ? (
          <span id={`${id}-hint`} className="block text-sm text-pretty text-muted">
            {hint}
          </span>
        ) : null}
      </div>
      <button
        type="button"
        role="switch"
        aria-checked={isOn}
        aria-labelledby={`${id}-label`}
        aria-describedby={hint ? `${id}-hint` : undefined}
        aria-busy={isPending || undefined}
        onClick={() => !isPending && onChange(!isOn)}
        className="inline-flex h-11 w-14 shrink-0 items-center justify-center rounded-full"
      >
        <span
          aria-hidden
          className={cx(
            "relative h-7 w-12 rounded-full border transition-colors duration-120",
            isOn ? "border-accent bg-accent" : "border-line-strong bg-sunken",
            isPending && "opacity-60",
          )}
        >
          <span
            className={cx(
              "absolute top-0.75 left-0.75 size-5 rounded-full transition-transform duration-120",
              isOn ? "translate-x-5 bg-on-accent" : "bg-muted",
            )}
          />
        </span>
      </button>
    </div>
  );
}
