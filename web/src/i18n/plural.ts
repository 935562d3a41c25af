/**
 * The plural forms of a text (CLDR categories); a missing one falls back to `other`. "#" is replaced by the
 * number.
 */
export interface PluralForms {
  zero?: string;
  one?: string;
  two?: string;
  few?: string;
  many?: string;
  other: string;
}

/**
 * Creates the plural function of a locale.
 *
 * @example
 * const plural = pluralIn("lt");
 * plural(21, { one: "# įrašas", few: "# įrašai", many: "# įrašo", other: "# įrašų" }); // "21 įrašas"
 */
export function pluralIn(locale: string): (n: number, forms: PluralForms) => string {
  const rules = new Intl.PluralRules(locale);
  const format = new Intl.NumberFormat(locale);
  return (n, forms) => (forms[rules.select(n)] ?? forms.other).replaceAll("#", format.format(n));
}
