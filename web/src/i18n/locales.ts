export const LOCALES = ["en", "lt"] as const;
export type Locale = (typeof LOCALES)[number];

export function isLocale(value: string): value is Locale {
  return (LOCALES as readonly string[]).includes(value);
}

/** What was stored, else the first of the browser's languages that Plaza speaks, else English. Pure. */
export function pickLocale(stored: string | null, preferred: readonly string[]): Locale {
  if (stored && isLocale(stored)) return stored;
  for (const tag of preferred) {
    const language = tag.toLowerCase().split("-")[0] ?? "";
    if (isLocale(language)) return language;
  }
  return "en";
}
