/** Lower-cases a text and removes its accents. Search compares folded texts. */
export const fold = (text: string): string =>
  text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
