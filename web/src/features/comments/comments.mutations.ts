import { ApiError, api, ask, newIdempotencyKey, withKey } from "../../api/client.ts";
import { readDraft, writeDraft } from "../../api/drafts.ts";
import { queryClient } from "../../api/query-client.ts";
import type { Person } from "../../realtime/views.ts";
import type { LocalComment } from "./comment.tree.ts";
import { commentKeys } from "./comments.cache.ts";
import { applyCommentCreated, applyCommentDeleted } from "./comments.events.ts";

export { COMMENT_MAX_CHARS } from "../../../../party/protocol/limits.ts";

/** The name under which a composer keeps its draft. */
export function commentDraft(postId: string, parentId: string | null): string {
  return `comment.${postId}${parentId ? `.${parentId}` : ""}`;
}

function patchLocal(postId: string, change: (pending: LocalComment[]) => LocalComment[]): void {
  queryClient.setQueryData<LocalComment[]>(commentKeys.local(postId), (pending) => change(pending ?? []));
}

/** Shows a comment as being sent, and sends it. Answers its client id, which its row carries meanwhile. */
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
  // The words stay on the device until the server has them.
  writeDraft(commentDraft(postId, parentId), body);
  void transmit(pending);
  return clientId;
}

/** Sends a failed comment once more. The same client id and key: it can never stand there twice. */
export function retryComment(failed: LocalComment): void {
  void transmit(failed);
}

/** Forgets a comment that could not be sent. */
export function discardComment(failed: LocalComment): void {
  patchLocal(failed.postId, (all) => all.filter((item) => item.id !== failed.id));
  forgetDraft(failed);
}

async function transmit(comment: LocalComment): Promise<void> {
  const { postId, parentId, body, id: clientId } = comment;
  const mark = (local: LocalComment["local"]) =>
    patchLocal(postId, (all) =>
      all.map((item) => (item.id === clientId && local ? { ...item, local } : item)),
    );
  mark({ state: "sending" });
  try {
    const json = { body: body ?? "", clientId, ...(parentId ? { parentId } : {}) };
    const truth = await ask(
      api.posts[":id"].comments.$post({ param: { id: postId }, json }, withKey(clientId)),
    );
    applyCommentCreated(queryClient, truth);
    forgetDraft(comment);
  } catch (error) {
    mark({ state: "failed", error });
    if (!(error instanceof ApiError)) throw error;
  }
}

/** Unless something else was typed meanwhile. */
function forgetDraft({ postId, parentId, body }: LocalComment): void {
  const name = commentDraft(postId, parentId);
  if (readDraft(name) === body) writeDraft(name, "");
}

/** Deletes one's own comment; shown when it is done. */
export async function deleteOwnComment(postId: string, id: string): Promise<void> {
  await ask(api.comments[":id"].$delete({ param: { id } }));
  applyCommentDeleted(queryClient, postId, { id, deletedAt: new Date().toISOString() });
}
