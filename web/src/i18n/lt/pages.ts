import type { PageTexts } from "../en/pages.ts";
import { auth } from "./auth.ts";
import { comments } from "./comments.ts";
import { landing } from "./landing.ts";
import { mailbox } from "./mailbox.ts";
import { notifications } from "./notifications.ts";
import { profiles } from "./profiles.ts";
import { realtime } from "./realtime.ts";
import { settings } from "./settings.ts";

export const pageTexts = {
  auth,
  settings,
  landing,
  mailbox,
  comments,
  profiles,
  notifications,
  realtime,
} satisfies PageTexts;
