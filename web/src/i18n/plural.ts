/** The forms a language needs; `other` always, the rest as its rules ask. "#" stands for the number. */
export interface PluralForms {
  zero?: string;
  one?: string;
  two?: string;
  few?: string;
  many?: string;
  other: string;
}

/**
 * Binds plurals to a locale.
 *
 * @example
 * const plural = pluralIn("lt");
 * plural(21, { one: "# įrašas", few: "# įrašai", many: "# įrašo", other: "# įrašų" }); // "21 įrašas"
 */
export function pluralIn(locale: string): (n: number, forms: PluralForms) => string {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (n, forms) => (forms[rules.select(n)] ?? forms.other).replaceAll("#", numbers.format(n));
}
