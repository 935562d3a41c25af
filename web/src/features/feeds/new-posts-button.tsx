import { useQuery } from "@tanstack/react-query";
import { ArrowUp } from "lucide-react";
import { useEffect, useState } from "react";
import { errorText } from "../../api/error-text.ts";

import { useT } from "../../i18n/index.ts";
import { announce } from "../../ui/announce.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toast } from "../../ui/toast.tsx";
import type { FeedName } from "../posts/posts.cache.ts";
import { newPostCountQuery, showNewPosts } from "./feeds.queries.ts";

/** The server counts new posts up to this number; above it the text has a plus. */
const COUNT_MAX = 99;

/**
 * "3 new posts" above the feed, announced to screen readers when it appears. A press loads the new posts and
 * scrolls to the top; until then the feed does not move.
 */
export function NewPostsButton({ feed, since }: { feed: FeedName; since: string | null }) {
  const t = useT();
  const count = useQuery(newPostCountQuery(feed, since)).data ?? 0;
  const [isLoading, setLoading] = useState(false);
  const text = count > COUNT_MAX ? t.feeds.manyNewPosts(COUNT_MAX) : t.feeds.newPosts(count);

  const isShown = count > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: announced when it appears, not for each further post
  useEffect(() => {
    if (isShown) announce(text);
  }, [isShown]);

  if (!isShown) return null;
  const show = async () => {
    setLoading(true);
    try {
      await showNewPosts(feed);
      window.scrollTo({ top: 0, behavior: "instant" });
    } catch (error) {
      toast({ text: errorText(error, t), tone: "bad" });
    } finally {
      setLoading(false);
    }
  };
  return (
    <div className="pointer-events-none sticky top-[calc(env(safe-area-inset-top)+7.25rem)] z-10 flex h-0 justify-center">
      <button
        type="button"
        data-testid="new-pill"
        onClick={() => void show()}
        className="pointer-events-auto flex h-9 animate-rise items-center gap-1.5 rounded-full bg-accent pr-4 pl-3 text-sm font-semibold text-on-accent shadow-lift hover:bg-accent-strong pointer-coarse:h-11"
      >
        {isLoading ? <Spinner size={16} /> : <ArrowUp size={16} strokeWidth={2} aria-hidden />}
        {text}
      </button>
    </div>
  );
}
