import type { FirstTexts } from "../en/first.ts";
import { common } from "./common.ts";
import { feeds } from "./feeds.ts";
import { posts } from "./posts.ts";
import { shell } from "./shell.ts";

export const firstTexts = {
  common,
  shell,
  feeds,
  posts,
} satisfies FirstTexts;
