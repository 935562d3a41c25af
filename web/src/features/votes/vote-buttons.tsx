import { ArrowDown, ArrowUp } from "lucide-react";
import { errorText } from "../../api/error-text.ts";
import { useT } from "../../i18n/index.ts";
import type { VoteValue } from "../../realtime/views.ts";
import { Count } from "../../ui/count.tsx";
import { cx } from "../../ui/cx.ts";
import { toast } from "../../ui/toast.tsx";
import { useSignInGate } from "../session/use-sign-in-gate.ts";
import type { Voteable } from "./vote.counts.ts";
import type { VoteTarget } from "./vote-queue.ts";

const BUTTON =
  "inline-flex h-9 items-center rounded-full px-1.5 transition-colors duration-120 hover:bg-sunken pointer-coarse:min-h-11 pointer-coarse:px-2.5";
/** The viewer's vote: a filled shape besides the colour. */
const CHOSEN = "bg-accent-soft text-accent";

/** Votes with the code that is loaded after the first screen. Rejects only when it cannot be loaded. */
async function pressVote(target: VoteTarget, current: VoteValue, pressed: 1 | -1): Promise<void> {
  const [{ voteQueue }, { nextVote }] = await Promise.all([
    import("./votes.mutations.ts"),
    import("./vote.counts.ts"),
  ]);
  await voteQueue.vote(target, nextVote(current, pressed));
}

/**
 * Upvote button, score and downvote button. A press is shown at once, the last press wins, and a failure
 * restores the confirmed vote. Signed out, a press offers to sign in.
 */
export function VoteButtons({
  kind,
  item,
  size = 20,
}: {
  kind: "post" | "comment";
  item: Voteable & { id: string };
  size?: number;
}) {
  const t = useT();
  const mayAct = useSignInGate();
  const vote = item.viewer?.vote ?? 0;
  const press = (pressed: 1 | -1) => {
    if (!mayAct(t.posts.signInToVote)) return;
    pressVote({ kind, id: item.id }, vote, pressed).catch((error) =>
      toast({ text: `${t.posts.voteFailed} ${errorText(error, t)}`, tone: "bad" }),
    );
  };
  return (
    <div className="flex items-center">
      <button
        type="button"
        data-action="upvote"
        aria-label={t.posts.upvote}
        aria-pressed={vote === 1}
        title={t.posts.upvote}
        onClick={() => press(1)}
        className={cx(BUTTON, vote === 1 ? CHOSEN : "text-muted hover:text-accent")}
      >
        <ArrowUp size={size} strokeWidth={vote === 1 ? 2.75 : 1.75} aria-hidden />
      </button>
      <span
        className={cx("min-w-5 text-center text-sm font-semibold", vote === 0 ? "text-muted" : "text-accent")}
      >
        <span className="sr-only">{t.posts.score(item.counts.score)}</span>
        <span aria-hidden>
          <Count value={item.counts.score} />
        </span>
      </span>
      <button
        type="button"
        data-action="downvote"
        aria-label={t.posts.downvote}
        aria-pressed={vote === -1}
        title={t.posts.downvote}
        onClick={() => press(-1)}
        className={cx(BUTTON, vote === -1 ? CHOSEN : "text-muted hover:text-accent")}
      >
        <ArrowDown size={size} strokeWidth={vote === -1 ? 2.75 : 1.75} aria-hidden />
      </button>
    </div>
  );
}
