import { useEffect, useRef, useState } from "react";
import { useDraft } from "../../api/drafts.ts";
import { useT } from "../../i18n/index.ts";
import type { Person } from "../../realtime/views.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { cx } from "../../ui/cx.ts";
import { useMe } from "../session/session.queries.ts";
import { signInHref } from "../session/use-sign-in-gate.ts";
import { MentionArea } from "../text/mention-area.tsx";
import { COMMENT_MAX_CHARS, commentDraft, sendComment } from "./comments.mutations.ts";

/** Writes a comment, or a reply when `parent` is given. What is typed survives a reload and a failure. */
export function CommentComposer({
  postId,
  parent = null,
  onSent,
  onCancel,
}: {
  postId: string;
  parent?: { id: string; author: Person } | null;
  onSent: (clientId: string) => void;
  onCancel?: () => void;
}) {
  const t = useT();
  const me = useMe();
  const [text, setText, emptyField] = useDraft(commentDraft(postId, parent?.id ?? null));
  // Opens when it is first used and stays so: closing on blur would move what is being pressed.
  const [isUsed, setUsed] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const isReply = parent !== null;
  // A reply opens where there may be no room left below.
  useEffect(() => {
    if (isReply) form.current?.scrollIntoView({ block: "nearest" });
  }, [isReply]);

  if (!me) {
    return (
      <div className="flex justify-center px-4 py-4">
        <ButtonLink href={signInHref()} variant="secondary">
          {t.comments.signIn}
        </ButtonLink>
      </div>
    );
  }
  const body = text.trim();
  const isTooLong = body.length > COMMENT_MAX_CHARS;
  const isOpen = isUsed || text.length > 0 || parent !== null;
  const send = () => {
    if (!body || isTooLong) return;
    const clientId = sendComment({ postId, parentId: parent?.id ?? null, body, author: me });
    // The draft on the device is the mutation's now; only the field is emptied.
    emptyField();
    box.current?.focus();
    onSent(clientId);
  };
  return (
    <form
      ref={form}
      className="flex scroll-mb-[calc(var(--bar)+1rem)] gap-3 px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onFocus={() => setUsed(true)}
      onKeyDown={(event) => {
        if (event.key === "Escape" && onCancel) onCancel();
      }}
    >
      <Avatar person={me} size={parent ? "sm" : "md"} className="mt-0.5" />
      <div className="min-w-0 flex-1">
        <MentionArea
          ref={box}
          label={parent ? t.comments.replyTo(parent.author.name) : t.comments.label}
          placeholder={parent ? t.comments.replyPlaceholder(parent.author.name) : t.comments.placeholder}
          value={text}
          onChange={setText}
          onSubmit={send}
          maxLength={COMMENT_MAX_CHARS}
          error={isTooLong ? t.comments.tooLong : null}
          rows={isOpen ? 2 : 1}
          autoFocus={parent !== null}
          className={cx("max-h-96 min-h-11", isOpen ? "" : "overflow-hidden")}
        />
        {isOpen ? (
          <div className="mt-2 flex items-center justify-end gap-2">
            <span className="mr-auto hidden text-sm text-muted pointer-fine:inline">
              {t.comments.sendHint}
            </span>
            {onCancel ? (
              <Button size="sm" variant="ghost" onClick={onCancel}>
                {t.common.cancel}
              </Button>
            ) : null}
            <Button size="sm" type="submit" disabled={!body || isTooLong}>
              {parent ? t.comments.reply : t.comments.send}
            </Button>
          </div>
        ) : null}
      </div>
    </form>
  );
}
