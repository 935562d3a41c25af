import { avatarColour, initials } from "./avatar-colour.ts";
import { cx } from "./cx.ts";

const SIZES = {
  xs: "size-6 text-[0.625rem]",
  sm: "size-8 text-xs",
  md: "size-10 text-sm",
  lg: "size-12 text-base",
  xl: "size-20 text-2xl",
} as const;

/**
 * A person's avatar: their initials on their colour. Hidden from screen readers, because the name is beside
 * it.
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
  return (
    <span
      aria-hidden
      style={{ backgroundColor: avatarColour(person.id) }}
      className={cx(
        "inline-flex shrink-0 items-center justify-center rounded-full font-semibold tracking-wide text-white select-none",
        SIZES[size],
        className,
      )}
    >
      {initials(person.name, person.handle)}
    </span>
  );
}
