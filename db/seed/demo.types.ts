/**
 * Shapes of the demo data: accounts, posts, comments and conversations as they are written in this folder.
 */

export interface DemoAccount {
  handle: string;
  name: string;
  bio: string;
  language: "en" | "lt";
}

export interface DemoComment {
  /** Handle of the author. */
  by: string;
  /** Age in hours. */
  ago: number;
  body: string;
  replies?: readonly DemoComment[];
}

export interface DemoPost {
  /** Handle of the author. */
  by: string;
  /** Age in hours. */
  ago: number;
  /** A post with a title is a question. */
  title?: string;
  body: string;
  /** Handles of upvoters and downvoters. */
  up: readonly string[];
  down?: readonly string[];
  comments?: readonly DemoComment[];
  answers?: readonly Omit<DemoPost, "title" | "answers">[];
}

/** Sender's handle, minutes after the message before, text. */
export type DemoMessage = readonly [
  by: string,
  minutesLater: number,
  text: string,
  more?: {
    /** Replies to the message this many places before. */
    answers?: number;
    /** Handles by emoji. */
    reactions?: Readonly<Record<string, readonly string[]>>;
  },
];

export interface DemoConversation {
  /** Null: a direct conversation. */
  name: string | null;
  openedBy: string;
  members: readonly string[];
  admins?: readonly string[];
  /** Handle of the member who has not answered the request. */
  requested?: string;
  /** Age of the newest message in minutes. */
  ended: number;
  messages: readonly DemoMessage[];
  /** Unread messages by handle; members without an entry have read everything. */
  unread?: Readonly<Record<string, number>>;
}
