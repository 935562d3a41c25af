import { LoaderCircle } from "lucide-react";
import { cx } from "./cx.ts";

/** A loading indicator. Set `label` when no text beside it describes what is loading. */
export function Spinner({
  size = 20,
  label,
  className,
}: {
  size?: number;
  label?: string;
  className?: string;
}) {
  return (
    <span role={label ? "status" : undefined} className={cx("inline-flex", className)}>
      <LoaderCircle
        size={size}
        strokeWidth={1.75}
        aria-hidden
        className="animate-spin motion-reduce:animate-glow"
      />
      {label ? <span className="sr-only">{label}</span> : null}
    </span>
  );
}
