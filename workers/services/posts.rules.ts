/** What a new post must look like, and what a post's state means for a request. */
import { z } from "zod";
import { postKinds } from "../../db/views/post.view.ts";
import { POST_MAX_CHARS, TITLE_MAX_CHARS } from "../../party/protocol/limits.ts";
import { ApiError } from "../errors.ts";
import { plainText } from "./text.rules.ts";

export const newPostSchema = z
  .strictObject({
    kind: z.enum(postKinds),
    title: plainText(1, TITLE_MAX_CHARS).optional(),
    body: plainText(1, POST_MAX_CHARS),
    questionId: z.uuid().optional(),
  })
  .refine((post) => (post.kind === "question") === (post.title !== undefined), {
    path: ["title"],
    message: "A question has a title; nothing else has",
  })
  .refine((post) => (post.kind === "answer") === (post.questionId !== undefined), {
    path: ["questionId"],
    message: "An answer names its question; nothing else does",
  });
export type NewPost = z.infer<typeof newPostSchema>;

/** @throws ApiError GONE or NOT_FOUND unless the post exists for the viewer */
export function requireOpenPost(rows: readonly { state: "open" | "gone" | "missing" }[]): void {
  const state = rows[0]?.state ?? "missing";
  if (state !== "open") throw new ApiError(state === "gone" ? "GONE" : "NOT_FOUND");
}
