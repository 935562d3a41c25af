/** What a post's room and the author's own room say about posts, patched into the cache. */
import type { QueryClient } from "@tanstack/react-query";
import { mapItems, type PagedData } from "../../api/paged-cache.ts";
import type { PostCounts, PostView } from "../../realtime/views.ts";
import { findPost, patchPost, postKeys, removePost, withCounts } from "./posts.cache.ts";

/** Newer counts of a post, wherever it is shown. */
export function applyPostCounted(client: QueryClient, event: { id: string; counts: PostCounts }): void {
  patchPost(client, event.id, (post) => withCounts(post, event.counts));
}

/** A post is gone: out of every list; its own page asks again and hears so. */
export function applyPostDeleted(client: QueryClient, event: { id: string }): void {
  removePost(client, event.id);
  void client.invalidateQueries({ queryKey: postKeys.one(event.id) });
}

/**
 * A new answer joins behind those that are loaded, so that nothing being read moves; the next reading sorts it by score.
 * Its question's number follows by `post.counted`.
 */
export function applyAnswerCreated(client: QueryClient, answer: PostView): void {
  if (!answer.question) return;
  client.setQueryData<PagedData<PostView>>(postKeys.answers(answer.question.id), (data) => {
    if (!data) return data;
    let isKnown = false;
    const merged = mapItems<PostView, PagedData<PostView>>(data, (item) => {
      if (item.id !== answer.id) return item;
      isKnown = true;
      return withCounts(item, answer.counts);
    });
    if (isKnown) return merged;
    const last = data.pages.length - 1;
    const shown = {
      ...answer,
      viewer: answer.viewer ?? findPost(client, answer.id)?.viewer ?? { vote: 0 as const },
    };
    return {
      ...data,
      pages: data.pages.map((page, index) =>
        index === last ? { ...page, items: [...page.items, shown] } : page,
      ),
    };
  });
}
