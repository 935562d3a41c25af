import type { Dictionary } from "../en/index.ts";
import { firstTexts } from "./first.ts";
import { pageTexts } from "./pages.ts";

export const dictionary = { ...firstTexts, ...pageTexts } satisfies Dictionary;
