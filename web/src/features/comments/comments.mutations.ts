import { trackAccount } from "../../api/account-state.ts";
import { ApiError, api, newIdempotencyKey, readBody, withKey } from "../../api/client.ts";
import { readDraft, writeDraft } from "../../api/drafts.ts";
import { queryClient } from "../../api/query-client.ts";
import type { Person } from "../../realtime/views.ts";
import type { LocalComment } from "./comment.tree.ts";
import { commentKeys } from "./comments.cache.ts";
import { applyCommentCreated, applyCommentDeleted } from "./comments.events.ts";

export { COMMENT_MAX_CHARS } from "../../../../party/protocol/limits.ts";

/** The name of the draft of a comment, or of a reply to `parentId`. */
export function commentDraft(accountId: string, postId: string, parentId: string | null): string {
  return `comment.${accountId}.${postId}${parentId ? `.${parentId}` : ""}`;
}

function patchLocal(postId: string, change: (pending: LocalComment[]) => LocalComment[]): void {
  queryClient.setQueryData<LocalComment[]>(commentKeys.local(postId), (pending) => change(pending ?? []));
}

/**
 * Shows a comment as "sending" and sends it. Returns its client id, which is its id until the server
 * confirmed it.
 */
export function sendComment(input: {
  postId: string;
  parentId: string | null;
  body: string;
  author: Person;
}): string {
  const clientId = newIdempotencyKey();
  const { postId, parentId, body, author } = input;
  const pending: LocalComment = {
    id: clientId,
    clientId,
    postId,
    parentId,
    body,
    author,
    depth: 0,
    createdAt: new Date().toISOString(),
    deletedAt: null,
    counts: { upvotes: 0, downvotes: 0, score: 0, replies: 0, version: 0 },
    viewer: { vote: 0 },
    local: { state: "sending" },
  };
  patchLocal(postId, (all) => [...all, pending]);
  // The text stays on this device until the server has stored it, so that a reload does not lose it.
  writeDraft(commentDraft(author.id, postId, parentId), body);
  void transmit(pending);
  return clientId;
}

/**
 * Sends a failed comment again, with the same client id and idempotency key, so that it cannot be created
 * twice.
 */
export function retryComment(failed: LocalComment): void {
  void transmit(failed);
}

/** Deletes a comment that could not be sent, together with its draft. */
export function discardComment(failed: LocalComment): void {
  patchLocal(failed.postId, (all) => all.filter((item) => item.id !== failed.id));
  deleteDraft(failed);
}

async function transmit(comment: LocalComment): Promise<void> {
  const { postId, parentId, body, id: clientId } = comment;
  const isSameAccount = trackAccount();
  const mark = (local: LocalComment["local"]) =>
    patchLocal(postId, (all) =>
      all.map((item) => (item.id === clientId && local ? { ...item, local } : item)),
    );
  mark({ state: "sending" });
  try {
    const json = { body: body ?? "", clientId, ...(parentId ? { parentId } : {}) };
    const created = await readBody(
      api.posts[":id"].comments.$post({ param: { id: postId }, json }, withKey(clientId)),
    );
    deleteDraft(comment);
    if (isSameAccount()) applyCommentCreated(queryClient, created);
  } catch (error) {
    if (isSameAccount()) mark({ state: "failed", error });
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Deletes the draft of a comment, unless another text was typed meanwhile. */
function deleteDraft({ postId, parentId, body, author }: LocalComment): void {
  if (!author) return;
  const name = commentDraft(author.id, postId, parentId);
  if (readDraft(name) === body) writeDraft(name, "");
}

/** Deletes a comment of the viewer. Not optimistic: it is shown as deleted once the server confirmed it. */
export async function deleteOwnComment(postId: string, id: string): Promise<void> {
  await readBody(api.comments[":id"].$delete({ param: { id } }));
  applyCommentDeleted(queryClient, postId, { id, deletedAt: new Date().toISOString() });
}
