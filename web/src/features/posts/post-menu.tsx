import { useState } from "react";
import { useT } from "../../i18n/index.ts";
import type { PostView } from "../../realtime/views.ts";
import { deferred } from "../../ui/deferred.ts";
import { Menu } from "../../ui/menu.tsx";
import type { PostConfirmation } from "./post-menu-items.tsx";

const items = deferred(async () => (await import("./post-menu-items.tsx")).PostMenuItems);
const dialog = deferred(async () => (await import("./post-menu-dialog.tsx")).PostMenuDialog);
const content = {
  isLoaded: () => items.isLoaded() && dialog.isLoaded(),
  load: async () => {
    await Promise.all([items.load(), dialog.load()]);
  },
};

/**
 * The menu of a post: copy its link; delete the viewer's own post; mute or block the author of another one.
 */
export function PostMenu({ post, onDeleted }: { post: PostView; onDeleted?: () => void }) {
  const t = useT();
  const [confirming, setConfirming] = useState<PostConfirmation | null>(null);
  return (
    <>
      <Menu label={t.posts.more} content={content}>
        {() => items.render({ post, onConfirm: setConfirming })}
      </Menu>
      {confirming
        ? dialog.render({ post, wanted: confirming, onClose: () => setConfirming(null), onDeleted })
        : null}
    </>
  );
}
