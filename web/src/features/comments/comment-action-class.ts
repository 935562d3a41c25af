/** The classes of the small text buttons below a comment. */
export const COMMENT_ACTION_CLASS =
  "inline-flex h-8 items-center gap-1.5 rounded-full px-2 text-sm font-medium text-muted transition-colors duration-120 hover:bg-sunken hover:text-ink pointer-coarse:min-h-11";
