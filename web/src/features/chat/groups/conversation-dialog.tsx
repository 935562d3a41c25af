import { Ban, LogOut, Search } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Link, useLocation } from "wouter";
import { errorText } from "../../../api/error-text.ts";
import { useT } from "../../../i18n/index.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation, Presence } from "../../../realtime/views.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../../ui/dialog.tsx";
import { Switch } from "../../../ui/form/switch.tsx";
import { TextField } from "../../../ui/form/text-field.tsx";
import { toast } from "../../../ui/toast.tsx";
import { RelationDialog } from "../../follows/relation-dialog.tsx";
import { PresenceAvatar } from "../../presence/presence-avatar.tsx";
import {
  useLeaveConversation,
  useMuteConversation,
  useRenameConversation,
} from "../data/conversation.mutations.ts";
import { GROUP_NAME_MAX_CHARS } from "../data/limits.ts";
import { partnerOf } from "../text/conversation-text.ts";
import { ConversationSearch } from "./conversation-search.tsx";
import { GroupMembers } from "./group-members.tsx";
import { useRejoin } from "./use-rejoin.ts";

/**
 * The settings of a conversation: mute and search; block in a direct one; name, members and leaving in a
 * group.
 */
export function ConversationDialog({
  conversation,
  meId,
  presence,
  onClose,
}: {
  conversation: Conversation;
  meId: string;
  presence: ReadonlyMap<string, Presence>;
  onClose: () => void;
}) {
  const t = useChatT();
  const appT = useT();
  const isGroup = conversation.kind === "group";
  const isAdmin = conversation.viewer.role === "admin";
  const partner = partnerOf(conversation, meId);
  const mute = useMuteConversation(conversation.id);
  const [dialog, setDialog] = useState<"search" | "block" | null>(null);
  const failed = (error: Error) => toast({ text: errorText(error, appT), tone: "bad" });
  if (dialog === "search")
    return <ConversationSearch conversation={conversation} meId={meId} onClose={onClose} />;
  return (
    <Dialog title={isGroup ? t.groupSettings : t.conversationSettings} onClose={onClose}>
      <div className="flex flex-col gap-5 pt-1">
        {isGroup && isAdmin ? <NameForm conversation={conversation} onFailed={failed} /> : null}
        {isGroup && !isAdmin && conversation.name ? (
          <p className="text-lg font-semibold">{conversation.name}</p>
        ) : null}
        <Switch
          label={t.mute}
          hint={t.muteHint}
          isOn={conversation.viewer.isMuted}
          isPending={mute.isPending}
          onChange={(isMuted) => mute.mutate({ isMuted }, { onError: failed })}
        />
        {partner ? (
          <Link
            href={`/@${partner.handle}`}
            className="flex items-center gap-3 rounded-card border border-line p-3 hover:bg-sunken"
          >
            <PresenceAvatar person={partner} presence={presence.get(partner.id)} />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-semibold">{partner.name}</span>
              <span className="block truncate text-sm text-muted">{t.viewProfile}</span>
            </span>
          </Link>
        ) : null}
        <Button
          variant="secondary"
          className="self-start"
          onClick={() => setDialog("search")}
          icon={<Search size={18} strokeWidth={1.75} aria-hidden />}
        >
          {t.searchHere}
        </Button>
        {partner && conversation.viewer.canSend ? (
          <Button
            variant="secondary"
            className="self-start text-bad!"
            onClick={() => setDialog("block")}
            icon={<Ban size={18} strokeWidth={1.75} aria-hidden />}
          >
            {t.block}
          </Button>
        ) : null}
        {partner && dialog === "block" ? (
          <RelationDialog person={partner} relation="block" onClose={() => setDialog(null)} />
        ) : null}
        {isGroup ? (
          <GroupMembers
            conversation={conversation}
            meId={meId}
            isAdmin={isAdmin}
            presence={presence}
            onFailed={failed}
          />
        ) : null}
        {isGroup ? <LeaveGroup conversation={conversation} meId={meId} onFailed={failed} /> : null}
      </div>
    </Dialog>
  );
}

function NameForm({
  conversation,
  onFailed,
}: {
  conversation: Conversation;
  onFailed: (error: Error) => void;
}) {
  const t = useChatT();
  const common = useT().common;
  const rename = useRenameConversation(conversation.id);
  const [name, setName] = useState(conversation.name ?? "");
  const wanted = name.trim();
  const isLong = wanted.length > GROUP_NAME_MAX_CHARS;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isLong || rename.isPending || wanted === (conversation.name ?? "")) return;
    rename.mutate(
      { name: wanted || null },
      { onSuccess: () => toast({ text: t.saved, tone: "good" }), onError: onFailed },
    );
  };
  return (
    <form onSubmit={submit} noValidate className="flex items-end gap-2">
      <div className="min-w-0 flex-1">
        <TextField
          label={t.groupName}
          value={name}
          error={isLong ? t.groupNameLong : null}
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <Button
        type="submit"
        variant="secondary"
        pending={rename.isPending}
        disabled={isLong || wanted === (conversation.name ?? "")}
      >
        {common.save}
      </Button>
    </form>
  );
}

function LeaveGroup({
  conversation,
  meId,
  onFailed,
}: {
  conversation: Conversation;
  meId: string;
  onFailed: (error: Error) => void;
}) {
  const t = useChatT();
  const [, navigate] = useLocation();
  const [isAsking, setAsking] = useState(false);
  const leave = useLeaveConversation(conversation.id);
  const rejoin = useRejoin(conversation.id);
  const isLastAdmin =
    conversation.viewer.role === "admin" &&
    conversation.participants.length > 1 &&
    !conversation.participants.some((person) => person.role === "admin" && person.id !== meId);
  return (
    <>
      <Button
        variant="secondary"
        className="self-start text-bad!"
        onClick={() => setAsking(true)}
        icon={<LogOut size={18} strokeWidth={1.75} aria-hidden />}
      >
        {t.leave}
      </Button>
      {isAsking ? (
        <ConfirmDialog
          title={t.leaveTitle}
          text={isLastAdmin ? `${t.leaveText} ${t.leaveLastAdmin}` : t.leaveText}
          confirmLabel={t.leave}
          pending={leave.isPending}
          onConfirm={() =>
            leave.mutate(undefined, {
              onSuccess: () => {
                toast({ text: t.leftDone, action: { label: t.rejoin, onPress: rejoin } });
                navigate("/messages", { replace: true });
              },
              onError: onFailed,
            })
          }
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
