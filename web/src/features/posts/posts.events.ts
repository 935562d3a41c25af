/** Events about posts, from a post's room and from the account's room, applied to the query cache. */
import type { QueryClient } from "@tanstack/react-query";
import { mapItems, type PagedData } from "../../api/paged-cache.ts";
import { patchQueries } from "../../api/patch-queries.ts";
import type { PostCounts, PostView } from "../../realtime/views.ts";
import { findPost, patchPost, postKeys, removePost, withCounts } from "./posts.cache.ts";

/** Sets newer counts of a post in every list and page. */
export function applyPostCounted(client: QueryClient, event: { id: string; counts: PostCounts }): void {
  patchPost(client, event.id, (post) => withCounts(post, event.counts));
}

/**
 * Removes a deleted post from every list and loads its own page again, which then shows that it was deleted.
 */
export function applyPostDeleted(client: QueryClient, event: { id: string }): void {
  removePost(client, event.id);
  void client.invalidateQueries({ queryKey: postKeys.one(event.id) });
}

/**
 * Adds an answer after the loaded ones, so that what is being read does not move; the next load sorts it by
 * score. The question's answer count arrives by its own event, `post.counted`.
 */
export function applyAnswerCreated(client: QueryClient, answer: PostView): void {
  if (!answer.question) return;
  patchQueries<PagedData<PostView>>(client, { queryKey: postKeys.answers(answer.question.id) }, (data) => {
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
