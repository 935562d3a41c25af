import { createStore, useStore } from "../api/create-store.ts";
import type { Dictionary } from "./en/index.ts";
import { isLocale, LOCALES, type Locale, pickLocale } from "./locales.ts";

export type { Dictionary } from "./en/index.ts";
export { LOCALES, type Locale } from "./locales.ts";

const STORAGE_KEY = "plaza.locale";

// Each locale is a chunk of its own, and only the current one is loaded. To add a language, add a folder and
// a line here.
const LOADERS: Record<Locale, () => Promise<{ dictionary: Dictionary }>> = {
  en: () => import("./en/index.ts"),
  lt: () => import("./lt/index.ts"),
};

interface State {
  locale: Locale;
  dictionary: Dictionary;
}

const store = createStore<State | null>(null);
let requested: Locale | null = null;

function current(state: State | null = store.get()): State {
  if (!state) throw new Error("loadLocale() must finish before the first render");
  return state;
}

function stored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

/** Loads the initial language: the one stored on this device, otherwise the browser's preferred one. */
export async function loadLocale(): Promise<void> {
  await show(pickLocale(stored(), navigator.languages));
}

async function show(locale: Locale): Promise<void> {
  requested = locale;
  const { dictionary } = await LOADERS[locale]();
  // After two quick changes the last one wins, even if its chunk arrives first. Without any language yet, the
  // first is shown.
  if (requested !== locale && store.get()) return;
  document.documentElement.lang = locale;
  store.set({ locale, dictionary });
}

/** Changes the language and stores it on this device. Unknown locales are ignored. */
export async function setLocale(locale: string): Promise<void> {
  if (!isLocale(locale) || locale === (requested ?? store.get()?.locale)) return;
  try {
    localStorage.setItem(STORAGE_KEY, locale);
  } catch {
    // Without storage the change lasts for this visit.
  }
  await show(locale);
}

/** The dictionary of the current language: `t.posts.upvote`, `t.comments.count(3)`. */
export function useT(): Dictionary {
  return useStore(store, (state) => current(state).dictionary);
}

/** The current locale, for Intl formats. */
export function useLocale(): Locale {
  return useStore(store, (state) => current(state).locale);
}

/** The dictionary for code outside components, such as the toasts of mutations. */
export function currentDictionary(): Dictionary {
  return current().dictionary;
}

/** The name of each language in that language. */
export const LANGUAGE_NAMES: Record<Locale, string> = { en: "English", lt: "Lietuvių" };
export const LANGUAGE_OPTIONS = LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }));
