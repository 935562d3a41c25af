/** Words that only some pages need: chunks of their own, so that nobody waits for them at the first screen. */
import { use } from "react";
import type { Chat } from "./en/chat.ts";
import type { Presence } from "./en/presence.ts";
import { useLocale } from "./index.ts";
import type { Locale } from "./locales.ts";

interface Shelf<Words> {
  load(locale: Locale): Promise<Words>;
  /** What has come already; reading it suspends nothing. */
  get(locale: Locale): Words | undefined;
}

function shelf<Words>(loaders: Record<Locale, () => Promise<Words>>): Shelf<Words> {
  const there = new Map<Locale, Words>();
  const coming = new Map<Locale, Promise<Words>>();
  return {
    get: (locale) => there.get(locale),
    load: (locale) => {
      let promise = coming.get(locale);
      if (!promise) {
        promise = loaders[locale]();
        promise.then(
          (words) => there.set(locale, words),
          // A chunk that did not come is asked for anew the next time.
          () => coming.delete(locale),
        );
        coming.set(locale, promise);
      }
      return promise;
    },
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

function useShelf<Words>(words: Shelf<Words>): Words {
  const locale = useLocale();
  return words.get(locale) ?? use(words.load(locale));
}

/** The words of conversations. Suspends until they are there. */
export function useChatT(): Chat {
  return useShelf(chatShelf);
}

/** The words of presence settings and of what is nearby. Suspends until they are there. */
export function usePresenceT(): Presence {
  return useShelf(presenceShelf);
}
