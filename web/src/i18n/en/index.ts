import { auth } from "./auth.ts";
import { comments } from "./comments.ts";
import { common } from "./common.ts";
import { feeds } from "./feeds.ts";
import { landing } from "./landing.ts";
import { mailbox } from "./mailbox.ts";
import { notifications } from "./notifications.ts";
import { posts } from "./posts.ts";
import { profiles } from "./profiles.ts";
import { realtime } from "./realtime.ts";
import { settings } from "./settings.ts";
import { shell } from "./shell.ts";

export const dictionary = {
  common,
  shell,
  auth,
  settings,
  landing,
  mailbox,
  feeds,
  posts,
  comments,
  profiles,
  notifications,
  realtime,
};

/** All texts of the interface, except the lazy dictionaries. Every language has the same keys. */
export type Dictionary = typeof dictionary;
