import { onAccountChange } from "../../api/account-state.ts";
import { ApiError, api, readBody } from "../../api/client.ts";
import { errorText } from "../../api/error-text.ts";
import { queryClient } from "../../api/query-client.ts";
import { currentDictionary } from "../../i18n/index.ts";
import type { VoteValue, VoteView } from "../../realtime/views.ts";
import { toast } from "../../ui/toast.tsx";
import { createVoteQueue, type VoteTarget } from "./vote-queue.ts";

async function sendVote({ kind, id }: VoteTarget, value: VoteValue): Promise<VoteView> {
  const input = { param: { id }, json: { value } };
  return kind === "post"
    ? await readBody(api.posts[":id"].vote.$put(input))
    : await readBody(api.comments[":id"].vote.$put(input));
}

/** The votes of this tab. */
export const voteQueue = createVoteQueue({
  client: queryClient,
  send: sendVote,
  onFailure: (error) => {
    const t = currentDictionary();
    const reason =
      error instanceof ApiError && error.status >= 400 && error.status < 500 ? ` ${errorText(error, t)}` : "";
    toast({ text: `${t.posts.voteFailed}${reason}`, tone: "bad" });
  },
});
onAccountChange(voteQueue.reset);
