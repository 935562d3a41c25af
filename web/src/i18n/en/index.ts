import { firstTexts } from "./first.ts";
import { pageTexts } from "./pages.ts";

export const dictionary = { ...firstTexts, ...pageTexts };

/** All texts of the interface, except the lazy dictionaries. Every language has the same keys. */
export type Dictionary = typeof dictionary;
