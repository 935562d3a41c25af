import { Ban, Link2, Trash2, VolumeX } from "lucide-react";
import { useT } from "../../i18n/index.ts";
import type { PostView } from "../../realtime/views.ts";
import { MenuItem } from "../../ui/menu.tsx";
import { copyLink } from "../../ui/share-link.ts";
import { useMe } from "../session/session.queries.ts";

const ICON = { size: 18, strokeWidth: 1.75, "aria-hidden": true } as const;

/** What a post's menu asks to confirm. */
export type PostConfirmation = "delete" | "mute" | "block";

/** The items of a post's menu. */
export function PostMenuItems({
  post,
  onConfirm,
}: {
  post: PostView;
  onConfirm: (wanted: PostConfirmation) => void;
}) {
  const t = useT();
  const me = useMe();
  const isOwn = me?.id === post.author.id;
  return (
    <>
      <MenuItem icon={<Link2 {...ICON} />} onSelect={() => void copyLink(`/posts/${post.id}`)}>
        {t.comments.link}
      </MenuItem>
      {isOwn ? (
        <MenuItem tone="danger" icon={<Trash2 {...ICON} />} onSelect={() => onConfirm("delete")}>
          {t.posts.delete}
        </MenuItem>
      ) : null}
      {me && !isOwn ? (
        <>
          <MenuItem icon={<VolumeX {...ICON} />} onSelect={() => onConfirm("mute")}>
            {t.profiles.mute(post.author.handle)}
          </MenuItem>
          <MenuItem tone="danger" icon={<Ban {...ICON} />} onSelect={() => onConfirm("block")}>
            {t.profiles.block(post.author.handle)}
          </MenuItem>
        </>
      ) : null}
    </>
  );
}
