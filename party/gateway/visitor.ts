/**
 * A socket's verified account in the headers of the request to its room. Rooms trust these headers, because `connect.ts` creates
 * the request and copies no header of the client.
 */
import { z } from "zod";
import { sessionIdSchema } from "../outbox/rows.ts";

const USER = "x-plaza-user-id";
const SESSION = "x-plaza-session-id";
const VIEWER = "x-plaza-viewer-id";
const AUTHOR = "x-plaza-author-id";
const HIDDEN = "x-plaza-hidden";

const accountVisitorSchema = z.object({ userId: z.uuid(), sessionId: sessionIdSchema });
/** A signed-in visitor. A visitor is whoever opens a socket to a room; a viewer is the account for which data is read. */
export type AccountVisitor = z.infer<typeof accountVisitorSchema>;

const postVisitorSchema = z.object({
  authorId: z.uuid(),
  viewer: accountVisitorSchema.nullable(),
  /** Authors hidden from this viewer; null when the room has received them by RPC. */
  hidden: z.array(z.uuid()).nullable(),
});
/** A visitor of a post, signed in or not. */
export type PostVisitor = z.infer<typeof postVisitorSchema>;

export function writeAccountVisitor(headers: Headers, { userId, sessionId }: AccountVisitor): void {
  headers.set(USER, userId);
  headers.set(SESSION, sessionId);
}

/** Null when the request was not built by `connect.ts`. */
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

/** Null when the request was not built by `connect.ts`. */
export function readPostVisitor(headers: Headers): PostVisitor | null {
  const viewerId = headers.get(VIEWER);
  const parsed = postVisitorSchema.safeParse({
    authorId: headers.get(AUTHOR),
    viewer: viewerId === null ? null : { userId: viewerId, sessionId: headers.get(SESSION) },
    hidden: headers.get(HIDDEN)?.split(",").filter(Boolean) ?? null,
  });
  return parsed.success ? parsed.data : null;
}
