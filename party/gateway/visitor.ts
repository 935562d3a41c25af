/**
 * Who stands behind a socket, as the Worker found out before the room was reached. The headers are trusted because
 * `authorize.ts` builds them from nothing: no header of the client's own gets this far.
 */
import { z } from "zod";

const USER = "x-plaza-user-id";
const SESSION = "x-plaza-session-id";
const VIEWER = "x-plaza-viewer-id";
const AUTHOR = "x-plaza-author-id";
const HIDDEN = "x-plaza-hidden";

const sessionId = z.string().min(1).max(200);

const accountVisitorSchema = z.object({ userId: z.uuid(), sessionId });
/** A device of the account that a UserRoom belongs to. */
export type AccountVisitor = z.infer<typeof accountVisitorSchema>;

const postVisitorSchema = z.object({
  authorId: z.uuid(),
  viewer: accountVisitorSchema.nullable(),
  /** People whose words this viewer does not see; null when the room was told beforehand. */
  hidden: z.array(z.uuid()).nullable(),
});
/** A reader of a post: signed in, or nobody in particular. */
export type PostVisitor = z.infer<typeof postVisitorSchema>;

export function writeAccountVisitor(headers: Headers, { userId, sessionId }: AccountVisitor): void {
  headers.set(USER, userId);
  headers.set(SESSION, sessionId);
}

/** Null when the request did not come through `authorize.ts`. */
export function readAccountVisitor(headers: Headers): AccountVisitor | null {
  const parsed = accountVisitorSchema.safeParse({
    userId: headers.get(USER),
    sessionId: headers.get(SESSION),
  });
  return parsed.success ? parsed.data : null;
}

export function writePostVisitor(headers: Headers, { authorId, viewer, hidden }: PostVisitor): void {
  headers.set(AUTHOR, authorId);
  if (viewer) {
    headers.set(VIEWER, viewer.userId);
    headers.set(SESSION, viewer.sessionId);
  }
  if (hidden) headers.set(HIDDEN, hidden.join(","));
}

/** Null when the request did not come through `authorize.ts`. */
export function readPostVisitor(headers: Headers): PostVisitor | null {
  const viewerId = headers.get(VIEWER);
  const parsed = postVisitorSchema.safeParse({
    authorId: headers.get(AUTHOR),
    viewer: viewerId === null ? null : { userId: viewerId, sessionId: headers.get(SESSION) },
    hidden: headers.get(HIDDEN)?.split(",").filter(Boolean) ?? null,
  });
  return parsed.success ? parsed.data : null;
}
