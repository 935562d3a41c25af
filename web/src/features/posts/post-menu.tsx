import { Ban, Link2, Trash2, VolumeX } from "lucide-react";
import { useState } from "react";
import { errorText } from "../../api/error-text.ts";
import { useT } from "../../i18n/index.ts";
import type { PostView } from "../../realtime/views.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { copyLink } from "../../ui/share-link.ts";
import { toast } from "../../ui/toast.tsx";
import { RelationDialog } from "../follows/relation-dialog.tsx";
import { useMe } from "../session/session.queries.ts";
import { deletePost } from "./posts.mutations.ts";

const ICON = { size: 18, strokeWidth: 1.75, "aria-hidden": true } as const;

/**
 * The menu of a post: copy its link; delete the viewer's own post; mute or block the author of another one.
 */
export function PostMenu({ post, onDeleted }: { post: PostView; onDeleted?: () => void }) {
  const t = useT();
  const me = useMe();
  const [confirming, setConfirming] = useState<"delete" | "mute" | "block" | null>(null);
  const isOwn = me?.id === post.author.id;
  const close = () => setConfirming(null);
  return (
    <>
      <Menu label={t.posts.more}>
        <MenuItem icon={<Link2 {...ICON} />} onSelect={() => void copyLink(`/posts/${post.id}`)}>
          {t.comments.link}
        </MenuItem>
        {isOwn ? (
          <MenuItem tone="danger" icon={<Trash2 {...ICON} />} onSelect={() => setConfirming("delete")}>
            {t.posts.delete}
          </MenuItem>
        ) : null}
        {me && !isOwn ? (
          <>
            <MenuItem icon={<VolumeX {...ICON} />} onSelect={() => setConfirming("mute")}>
              {t.profiles.mute(post.author.handle)}
            </MenuItem>
            <MenuItem tone="danger" icon={<Ban {...ICON} />} onSelect={() => setConfirming("block")}>
              {t.profiles.block(post.author.handle)}
            </MenuItem>
          </>
        ) : null}
      </Menu>
      {confirming === "delete" ? (
        <DeletePost id={post.id} onClose={close} {...(onDeleted ? { onDeleted } : {})} />
      ) : null}
      {confirming === "mute" || confirming === "block" ? (
        <RelationDialog person={post.author} relation={confirming} onClose={close} />
      ) : null}
    </>
  );
}

/**
 * Asks for confirmation and deletes the post. Not optimistic: the post disappears once the server confirmed
 * it.
 */
function DeletePost({ id, onClose, onDeleted }: { id: string; onClose: () => void; onDeleted?: () => void }) {
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
