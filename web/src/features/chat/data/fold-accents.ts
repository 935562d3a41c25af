/** Letters as a search compares them: small, and without their accents, which many people do not type. */
export const fold = (text: string): string =>
  text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
