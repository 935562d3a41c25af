import { common } from "./common.ts";
import { feeds } from "./feeds.ts";
import { posts } from "./posts.ts";
import { shell } from "./shell.ts";

/** The texts of the shell, the feeds and posts: all that the feed shows first. */
export const firstTexts = {
  common,
  shell,
  feeds,
  posts,
};

export type FirstTexts = typeof firstTexts;
