import { UsersRound } from "lucide-react";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation, Presence } from "../../../realtime/views.ts";
import { Avatar } from "../../../ui/avatar.tsx";
import { PresenceAvatar } from "../../presence/presence-avatar.tsx";
import { othersIn, partnerOf } from "../text/conversation-text.ts";

/** The avatar of a conversation: the other member's with their presence, or two members of a group. */
export function ConversationAvatar({
  conversation,
  meId,
  presence,
  size = "lg",
}: {
  conversation: Conversation;
  meId: string;
  presence: ReadonlyMap<string, Presence>;
  size?: "md" | "lg";
}) {
  const t = useChatT();
  const partner = partnerOf(conversation, meId);
  if (partner) return <PresenceAvatar person={partner} presence={presence.get(partner.id)} size={size} />;
  const [one, other] = othersIn(conversation, meId);
  const box = size === "lg" ? "size-12" : "size-10";
  if (conversation.kind === "direct" || !one || !other) {
    return (
      <span
        aria-hidden
        title={t.someone}
        className={`inline-flex ${box} shrink-0 items-center justify-center rounded-full bg-sunken text-muted`}
      >
        <UsersRound size={20} strokeWidth={1.75} />
      </span>
    );
  }
  const face = size === "lg" ? "sm" : "xs";
  return (
    <span aria-hidden className={`relative inline-block ${box} shrink-0`}>
      <Avatar person={one} size={face} className="absolute top-0 right-0" />
      <Avatar person={other} size={face} className="absolute bottom-0 left-0 ring-2 ring-ground" />
    </span>
  );
}
