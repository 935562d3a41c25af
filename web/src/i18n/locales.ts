export const LOCALES = ["en", "lt"] as const;
export type Locale = (typeof LOCALES)[number];

export function isLocale(value: string): value is Locale {
  return (LOCALES as readonly string[]).includes(value);
}

/** The stored locale, otherwise the first supported language of the browser, otherwise English. Pure. */
export function pickLocale(stored: string | null, preferred: readonly string[]): Locale {
  if (stored && isLocale(stored)) return stored;
  for (const tag of preferred) {
    const language = tag.toLowerCase().split("-")[0] ?? "";
    if (isLocale(language)) return language;
  }
  return "en";
}
