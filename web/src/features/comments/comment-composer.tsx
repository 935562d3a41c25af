import { useEffect, useRef, useState } from "react";
import { useDraft } from "../../api/drafts.ts";
import { useT } from "../../i18n/index.ts";
import type { Person } from "../../realtime/views.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { cx } from "../../ui/cx.ts";
import { type Me, useMe } from "../session/session.queries.ts";
import { signInHref } from "../session/use-sign-in-gate.ts";
import { MentionArea } from "../text/mention-area.tsx";
import { COMMENT_MAX_CHARS, commentDraft, sendComment } from "./comments.mutations.ts";

interface CommentComposerProps {
  postId: string;
  /** The comment that is replied to. */
  parent?: { id: string; author: Person } | null;
  onSent: (clientId: string) => void;
  onCancel?: () => void;
}

/**
 * The composer of a comment, or of a reply when `parent` is given. Signed out, it is a link to the sign-in
 * page.
 */
export function CommentComposer(props: CommentComposerProps) {
  const t = useT();
  const me = useMe();
  if (me) return <CommentForm me={me} {...props} />;
  return (
    <div className="flex justify-center px-4 py-4">
      <ButtonLink href={signInHref()} variant="secondary">
        {t.comments.signIn}
      </ButtonLink>
    </div>
  );
}

/**
 * One line until it has the focus or a text; then with buttons. Ctrl or Cmd + Enter sends, Escape cancels a
 * reply.
 */
function CommentForm({ me, postId, parent = null, onSent, onCancel }: CommentComposerProps & { me: Me }) {
  const t = useT();
  const [text, setText, emptyField] = useDraft(commentDraft(me.id, postId, parent?.id ?? null));
  // Stays true after blur: collapsing would move the button that is being pressed.
  const [wasFocused, setWasFocused] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const isReply = parent !== null;
  // A reply form may open below the window.
  useEffect(() => {
    if (isReply) form.current?.scrollIntoView({ block: "nearest" });
  }, [isReply]);

  const body = text.trim();
  const isTooLong = body.length > COMMENT_MAX_CHARS;
  const isOpen = wasFocused || text.length > 0 || isReply;
  const send = () => {
    if (!body || isTooLong) return;
    const clientId = sendComment({ postId, parentId: parent?.id ?? null, body, author: me });
    // Only the field: the mutation deletes the stored draft once the server has the comment.
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
      onFocus={() => setWasFocused(true)}
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
          autoFocus={isReply}
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
