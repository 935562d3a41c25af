import { CircleAlert } from "lucide-react";
import { errorText } from "../../api/error-text.ts";
import { useT } from "../../i18n/index.ts";
import { cx } from "../../ui/cx.ts";
import { Spinner } from "../../ui/spinner.tsx";
import type { CommentRow } from "./comment.tree.ts";
import { COMMENT_ACTION_CLASS } from "./comment-action-class.ts";
import { discardComment, retryComment } from "./comments.mutations.ts";

/**
 * Below the viewer's own comment that the server has not confirmed: "sending", or the error with retry and
 * discard.
 */
export function LocalCommentStatus({ comment }: { comment: CommentRow["comment"] }) {
  const t = useT();
  if (comment.local?.state === "sending") {
    return (
      <p className="flex items-center gap-2 py-1.5 text-sm text-muted">
        <Spinner size={14} />
        {t.comments.sending}
      </p>
    );
  }
  return (
    <div role="alert" className="my-1 flex flex-wrap items-center gap-x-3 text-sm text-bad">
      <span className="inline-flex items-center gap-1.5">
        <CircleAlert size={16} strokeWidth={1.75} aria-hidden />
        {t.comments.failed} {errorText(comment.local?.error, t)}
      </span>
      <span className="flex gap-1">
        <button
          type="button"
          onClick={() => retryComment(comment)}
          className={cx(COMMENT_ACTION_CLASS, "text-ink underline")}
        >
          {t.common.retry}
        </button>
        <button type="button" onClick={() => discardComment(comment)} className={COMMENT_ACTION_CLASS}>
          {t.comments.discard}
        </button>
      </span>
    </div>
  );
}
