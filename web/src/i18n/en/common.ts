import { plural } from "./plural.ts";

export const common = {
  loading: "Loading",
  retry: "Try again",
  cancel: "Cancel",
  close: "Close",
  dismiss: "Dismiss",
  back: "Back",
  save: "Save",
  saved: "Saved",
  delete: "Delete",
  more: "More",
  now: "now",
  signIn: "Sign in",
  signUp: "Join Plaza",
  showPassword: "Show password",
  hidePassword: "Hide password",
  charactersLeft: (n: number) => plural(n, { one: "# character left", other: "# characters left" }),
  charactersOver: (n: number) => plural(n, { one: "# character too many", other: "# characters too many" }),
  reference: (id: string) => `Reference: ${id}`,
  loadMore: "Show more",
  loadingMore: "Loading more",
  errors: {
    network: "Couldn't reach Plaza. Check your connection and try again.",
    offline: "You're offline. It will work again once you're connected.",
    slowDown: "That was a lot at once. Wait a moment, then try again.",
    slowDownFor: (seconds: number) =>
      `That was a lot at once. Try again in ${plural(seconds, { one: "# second", other: "# seconds" })}.`,
    signIn: "Sign in to do this.",
    sessionExpired: "You've been signed out. Sign in again to go on.",
    forbidden: "You can't do this here.",
    notFound: "It isn't here. It may have been removed, or the address is wrong.",
    gone: "This was deleted.",
    invalid: "Something in there isn't right. Check it and try again.",
    tooLarge: "That's too long. Shorten it and try again.",
    conflict: "Someone was faster, or this was done already. Reload and look again.",
    unavailable: "Plaza is catching its breath. Try again in a minute.",
    server: "Something broke on our side. Try again; nothing you typed is lost.",
    unknown: "That didn't work. Try again.",
  },
};

export type Common = typeof common;
