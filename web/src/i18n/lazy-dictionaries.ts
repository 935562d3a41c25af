/** Words that only some pages need: chunks of their own, so that nobody waits for them at the first screen. */
import { use } from "react";
import type { Chat } from "./en/chat.ts";
import type { Presence } from "./en/presence.ts";
import { useLocale } from "./index.ts";
import type { Locale } from "./locales.ts";

/** A promise as React keeps it: one that says it is fulfilled is read without suspending. */
type Tracked<Words> = Promise<Words> & { status?: "fulfilled"; value?: Words };
type Shelf<Words> = (locale: Locale) => Promise<Words>;

function shelf<Words>(loaders: Record<Locale, () => Promise<Words>>): Shelf<Words> {
  const coming = new Map<Locale, Promise<Words>>();
  return (locale) => {
    const known = coming.get(locale);
    if (known) return known;
    const promise: Tracked<Words> = loaders[locale]();
    coming.set(locale, promise);
    promise.then(
      (words) => {
        promise.status = "fulfilled";
        promise.value = words;
      },
      // A chunk that did not come is asked for anew the next time.
      () => coming.delete(locale),
    );
    return promise;
  };
}

const chatShelf = shelf<Chat>({
  en: async () => (await import("./en/chat.ts")).chat,
  lt: async () => (await import("./lt/chat.ts")).chat,
});

const presenceShelf = shelf<Presence>({
  en: async () => (await import("./en/presence.ts")).presence,
  lt: async () => (await import("./lt/presence.ts")).presence,
});

/** The words of conversations. Suspends until they are there. */
export function useChatT(): Chat {
  return use(chatShelf(useLocale()));
}

/** The words of presence settings and of what is nearby. Suspends until they are there. */
export function usePresenceT(): Presence {
  return use(presenceShelf(useLocale()));
}
