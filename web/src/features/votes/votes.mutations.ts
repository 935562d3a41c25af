import { ApiError, api, ask } from "../../api/client.ts";
import { errorText } from "../../api/error-text.ts";
import { queryClient } from "../../api/query-client.ts";
import { words } from "../../i18n/index.ts";
import type { VoteValue, VoteView } from "../../realtime/views.ts";
import { toast } from "../../ui/toast.tsx";
import { createVoting, type VoteTarget } from "./voting.ts";

async function sendVote({ kind, id }: VoteTarget, value: VoteValue): Promise<VoteView> {
  const input = { param: { id }, json: { value } };
  return kind === "post"
    ? await ask(api.posts[":id"].vote.$put(input))
    : await ask(api.comments[":id"].vote.$put(input));
}

/** This tab's votes. */
export const voting = createVoting({
  client: queryClient,
  send: sendVote,
  onFailure: (error) => {
    const t = words();
    const why =
      error instanceof ApiError && error.status >= 400 && error.status < 500 ? ` ${errorText(error, t)}` : "";
    toast({ text: `${t.posts.voteFailed}${why}`, tone: "bad" });
  },
});
