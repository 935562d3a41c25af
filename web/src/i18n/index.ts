import { createStore, useStore } from "../api/create-store.ts";
import type { FirstTexts } from "./en/first.ts";
import type { Dictionary } from "./en/index.ts";
import type { PageTexts } from "./en/pages.ts";
import { isLocale, LOCALES, type Locale, pickLocale } from "./locales.ts";

export type { Dictionary } from "./en/index.ts";
export { LOCALES, type Locale } from "./locales.ts";

const STORAGE_KEY = "plaza.locale";

// Each locale is two chunks, and only those of the current one are loaded. To add a language, add a folder and
// a line here.
const LOADERS: Record<Locale, { first: () => Promise<FirstTexts>; pages: () => Promise<PageTexts> }> = {
  en: {
    first: async () => (await import("./en/first.ts")).firstTexts,
    pages: async () => (await import("./en/pages.ts")).pageTexts,
  },
  lt: {
    first: async () => (await import("./lt/first.ts")).firstTexts,
    pages: async () => (await import("./lt/pages.ts")).pageTexts,
  },
};

interface State {
  locale: Locale;
  dictionary: Dictionary;
}

const store = createStore<State | null>(null);
let requested: Locale | null = null;
let hasPageTexts = false;

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
  const [first, pages] = await Promise.all([
    LOADERS[locale].first(),
    hasPageTexts ? LOADERS[locale].pages() : null,
  ]);
  // After two quick changes the last one wins, even if its chunk arrives first. Without any language yet, the
  // first is shown.
  if (requested !== locale && store.get()) return;
  document.documentElement.lang = locale;
  // The type promises the texts of the pages too: what uses them is rendered after loadPageTexts(), which
  // web/first-load.test.ts checks.
  store.set({ locale, dictionary: { ...first, ...pages } as Dictionary });
  // loadPageTexts() was called while this language was loading.
  if (hasPageTexts && !pages) await addPageTexts();
}

/** Requests the initial language's texts of the pages early, so that loadPageTexts() need not wait for long. */
export function prefetchPageTexts(): void {
  LOADERS[pickLocale(stored(), navigator.languages)].pages().catch(() => {});
}

/** Loads the texts of all pages but the feed. Everything that is not part of the first load waits for this. */
export async function loadPageTexts(): Promise<void> {
  hasPageTexts = true;
  await addPageTexts();
}

async function addPageTexts(): Promise<void> {
  const { locale, dictionary }: { locale: Locale; dictionary: Partial<Dictionary> } = current();
  if ("auth" in dictionary) return;
  const pages = await LOADERS[locale].pages();
  // Into the same object: nothing that is shown uses these texts, so nothing has to render again.
  Object.assign(dictionary, pages);
  // The language changed meanwhile, before its change could know that these texts are wanted.
  if (current().dictionary !== dictionary) await addPageTexts();
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

/** The dictionary of the current language: `t.posts.upvote`, `t.posts.comments(3)`. */
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
