import type { CSSProperties } from "react";
import { face, initials } from "./avatar-colour.ts";
import { cx } from "./cx.ts";

const SIZES = {
  xs: "size-6 text-xs",
  sm: "size-8 text-xs",
  md: "size-10 text-sm",
  lg: "size-12 text-base",
  xl: "size-20 text-2xl",
} as const;

/**
 * A person's face: their initials (at the smallest size one letter) on their colour and pattern. Hidden from
 * screen readers, because the name is beside it.
 */
export function Avatar({
  person,
  size = "md",
  className,
}: {
  person: { id: string; name: string; handle: string };
  size?: keyof typeof SIZES;
  className?: string;
}) {
  const { background, shade, pattern } = face(person.id);
  const letters = initials(person.name, person.handle);
  return (
    <span
      aria-hidden
      style={{ backgroundColor: background, "--face-shade": shade } as CSSProperties}
      className={cx(
        "inline-flex shrink-0 items-center justify-center rounded-full font-semibold tracking-wide text-white select-none",
        pattern,
        SIZES[size],
        className,
      )}
    >
      {size === "xs" ? Array.from(letters)[0] : letters}
    </span>
  );
}
