import { useSyncExternalStore } from "react";
import type { Dictionary } from "./en/index.ts";
import { isLocale, LOCALES, type Locale, pickLocale } from "./locales.ts";

export type { Dictionary } from "./en/index.ts";
export { LOCALES, type Locale } from "./locales.ts";

const STORAGE_KEY = "plaza.locale";

// Each locale is a chunk of its own; only the chosen one is loaded. A new language is a new folder and a line here.
const LOADERS: Record<Locale, () => Promise<{ dictionary: Dictionary }>> = {
  en: () => import("./en/index.ts"),
  lt: () => import("./lt/index.ts"),
};

interface State {
  locale: Locale;
  dictionary: Dictionary;
}

let state: State | null = null;
let wanted: Locale | null = null;
const listeners = new Set<() => void>();

function current(): State {
  if (!state) throw new Error("loadLocale() must finish before anything is drawn");
  return state;
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

/** Loads the starting language: what was chosen on this device, else what the browser prefers. */
export async function loadLocale(): Promise<void> {
  await show(pickLocale(stored(), navigator.languages));
}

async function show(locale: Locale): Promise<void> {
  wanted = locale;
  const { dictionary } = await LOADERS[locale]();
  // Two quick changes: the newest wins, whichever chunk arrives last; but the first of all is better than none.
  if (wanted !== locale && state) return;
  state = { locale, dictionary };
  document.documentElement.lang = locale;
  for (const listener of listeners) listener();
}

/** Changes the language and remembers it on this device. Unknown locales are ignored. */
export async function setLocale(locale: string): Promise<void> {
  if (!isLocale(locale) || locale === (wanted ?? state?.locale)) return;
  try {
    localStorage.setItem(STORAGE_KEY, locale);
  } catch {
    // A browser that forbids storage still changes for this visit.
  }
  await show(locale);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The words of the chosen language: `t.posts.upvote`, `t.comments.count(3)`. */
export function useT(): Dictionary {
  return useSyncExternalStore(subscribe, () => current().dictionary);
}

/** The chosen locale, for Intl formats. */
export function useLocale(): Locale {
  return useSyncExternalStore(subscribe, () => current().locale);
}

/** The words outside React (mutations' toasts). */
export function currentDictionary(): Dictionary {
  return current().dictionary;
}

/** Every language by its own name, for choosing one. */
export const LANGUAGE_NAMES: Record<Locale, string> = { en: "English", lt: "Lietuvių" };
export const LANGUAGE_OPTIONS = LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }));
