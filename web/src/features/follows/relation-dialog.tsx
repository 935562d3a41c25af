import { useState } from "react";
import { useT } from "../../i18n/index.ts";
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { toast } from "../../ui/toast.tsx";
import type { FollowTarget } from "./follow-queue.ts";
import { type Relation, setRelation } from "./follows.mutations.ts";

/** Undoes a block or mute, and shows the result in a toast. */
export function useUndoRelation(): (person: FollowTarget, relation: Relation) => Promise<void> {
  const t = useT();
  return async (person, relation) => {
    try {
      await setRelation(person, relation, false);
      const text = relation === "block" ? t.profiles.unblocked : t.profiles.unmuted;
      toast({ text: text(person.handle), tone: "good" });
    } catch {
      toast({ text: t.profiles.relationFailed, tone: "bad" });
    }
  };
}

/** Asks for confirmation before blocking or muting. The toast afterwards has an undo button. */
export function RelationDialog({
  person,
  relation,
  onClose,
}: {
  person: FollowTarget;
  relation: Relation;
  onClose: () => void;
}) {
  const t = useT();
  const undo = useUndoRelation();
  const [isPending, setPending] = useState(false);
  const isBlock = relation === "block";
  const confirm = async () => {
    setPending(true);
    try {
      await setRelation(person, relation, true);
      onClose();
      toast({
        text: (isBlock ? t.profiles.blocked : t.profiles.muted)(person.handle),
        action: { label: t.profiles.undo, onPress: () => void undo(person, relation) },
      });
    } catch {
      toast({ text: t.profiles.relationFailed, tone: "bad" });
    } finally {
      setPending(false);
    }
  };
  return (
    <ConfirmDialog
      title={(isBlock ? t.profiles.blockTitle : t.profiles.muteTitle)(person.handle)}
      text={isBlock ? t.profiles.blockText : t.profiles.muteText}
      confirmLabel={isBlock ? t.profiles.blockConfirm : t.profiles.muteConfirm}
      pending={isPending}
      onConfirm={() => void confirm()}
      onClose={onClose}
    />
  );
}
