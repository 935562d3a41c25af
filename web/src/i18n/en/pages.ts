import { auth } from "./auth.ts";
import { comments } from "./comments.ts";
import { landing } from "./landing.ts";
import { mailbox } from "./mailbox.ts";
import { notifications } from "./notifications.ts";
import { profiles } from "./profiles.ts";
import { realtime } from "./realtime.ts";
import { settings } from "./settings.ts";

/** The texts of the other pages, of dialogs and of live notices: loaded after the feed is shown. */
export const pageTexts = {
  auth,
  settings,
  landing,
  mailbox,
  comments,
  profiles,
  notifications,
  realtime,
};

export type PageTexts = typeof pageTexts;
