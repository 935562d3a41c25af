/**
 * Dictionaries that only some pages need. Each is a chunk of its own, so that the first page does not load
 * it.
 */
import { use } from "react";
import type { Chat } from "./en/chat.ts";
import type { Presence } from "./en/presence.ts";
import { useLocale } from "./index.ts";
import type { Locale } from "./locales.ts";

/** A promise with the fields that React's `use` reads: one with the status "fulfilled" does not suspend. */
type TrackedPromise<Dictionary> = Promise<Dictionary> & { status?: "fulfilled"; value?: Dictionary };
type Loader<Dictionary> = (locale: Locale) => Promise<Dictionary>;

/** Loads a dictionary once per locale. `use` needs the same promise for the same locale in every render. */
function cached<Dictionary>(loaders: Record<Locale, () => Promise<Dictionary>>): Loader<Dictionary> {
  const promises = new Map<Locale, Promise<Dictionary>>();
  return (locale) => {
    const known = promises.get(locale);
    if (known) return known;
    const promise: TrackedPromise<Dictionary> = loaders[locale]();
    promises.set(locale, promise);
    promise.then(
      (dictionary) => {
        promise.status = "fulfilled";
        promise.value = dictionary;
      },
      // A chunk that failed to load is requested again by the next render.
      () => promises.delete(locale),
    );
    return promise;
  };
}

const loadChat = cached<Chat>({
  en: async () => (await import("./en/chat.ts")).chat,
  lt: async () => (await import("./lt/chat.ts")).chat,
});

const loadPresence = cached<Presence>({
  en: async () => (await import("./en/presence.ts")).presence,
  lt: async () => (await import("./lt/presence.ts")).presence,
});

/** The dictionary of conversations. Suspends until it is loaded. */
export function useChatT(): Chat {
  return use(loadChat(useLocale()));
}

/** The dictionary of presence settings and nearby people. Suspends until it is loaded. */
export function usePresenceT(): Presence {
  return use(loadPresence(useLocale()));
}
