import { useState } from "react";
import { errorText } from "../../api/error-text.ts";
import { useT } from "../../i18n/index.ts";
import type { PostView } from "../../realtime/views.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import { RelationDialog } from "../follows/relation-dialog.tsx";
import type { PostConfirmation } from "./post-menu-items.tsx";
import { deletePost } from "./posts.mutations.ts";

/** The dialog that confirms what was chosen in a post's menu, and does it. */
export function PostMenuDialog({
  post,
  wanted,
  onClose,
  onDeleted,
}: {
  post: PostView;
  wanted: PostConfirmation;
  onClose: () => void;
  onDeleted: (() => void) | undefined;
}) {
  return wanted === "delete" ? (
    <DeletePost id={post.id} onClose={onClose} onDeleted={onDeleted} />
  ) : (
    <RelationDialog person={post.author} relation={wanted} onClose={onClose} />
  );
}

/**
 * Asks for confirmation and deletes the post. Not optimistic: the post disappears once the server confirmed
 * it.
 */
function DeletePost({
  id,
  onClose,
  onDeleted,
}: {
  id: string;
  onClose: () => void;
  onDeleted: (() => void) | undefined;
}) {
  const t = useT();
  const [isPending, setPending] = useState(false);
  const confirm = async () => {
    setPending(true);
    try {
      await deletePost(id);
      onClose();
      onDeleted?.();
      toast({ text: t.posts.deleted });
    } catch (error) {
      toast({ text: errorText(error, t), tone: "bad" });
    } finally {
      setPending(false);
    }
  };
  return (
    <ConfirmDialog
      title={t.posts.deleteTitle}
      text={t.posts.deleteText}
      confirmLabel={t.posts.delete}
      pending={isPending}
      onConfirm={() => void confirm()}
      onClose={onClose}
    />
  );
}
