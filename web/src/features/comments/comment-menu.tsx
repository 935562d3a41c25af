import { Link2, Trash2 } from "lucide-react";
import { useState } from "react";
import { errorText } from "../../api/error-text.ts";
import { useT } from "../../i18n/index.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { copyLink } from "../../ui/share-link.ts";
import { toast } from "../../ui/toast.tsx";
import { useMe } from "../session/session.queries.ts";
import type { LocalComment } from "./comment.tree.ts";
import { deleteOwnComment } from "./comments.mutations.ts";

const ICON = { size: 18, strokeWidth: 1.75, "aria-hidden": true } as const;

/** The menu of a comment: copy its link, and delete the viewer's own comment after a confirmation. */
export function CommentMenu({ comment }: { comment: LocalComment }) {
  const t = useT();
  const me = useMe();
  const [isConfirming, setConfirming] = useState(false);
  const [isPending, setPending] = useState(false);
  const remove = async () => {
    setPending(true);
    try {
      await deleteOwnComment(comment.postId, comment.id);
      setConfirming(false);
    } catch (error) {
      toast({ text: errorText(error, t), tone: "bad" });
    } finally {
      setPending(false);
    }
  };
  return (
    <>
      <Menu label={t.comments.more} className="size-8">
        <MenuItem
          icon={<Link2 {...ICON} />}
          onSelect={() => void copyLink(`/posts/${comment.postId}#comment-${comment.id}`)}
        >
          {t.comments.link}
        </MenuItem>
        {me && me.id === comment.author?.id ? (
          <MenuItem tone="danger" icon={<Trash2 {...ICON} />} onSelect={() => setConfirming(true)}>
            {t.comments.delete}
          </MenuItem>
        ) : null}
      </Menu>
      {isConfirming ? (
        <ConfirmDialog
          title={t.comments.deleteTitle}
          text={t.comments.deleteText}
          confirmLabel={t.comments.delete}
          pending={isPending}
          onConfirm={() => void remove()}
          onClose={() => setConfirming(false)}
        />
      ) : null}
    </>
  );
}
