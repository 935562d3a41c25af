import { useLocale, useT } from "../../../i18n/index.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation } from "../../../realtime/views.ts";
import { partnerOf } from "../text/conversation-text.ts";

/**
 * About the sender of a message request: the handle, and which followed people follow them, or when they
 * joined.
 */
export function SenderText({ conversation, meId }: { conversation: Conversation; meId: string }) {
  const t = useChatT();
  const profiles = useT().profiles;
  const locale = useLocale();
  const { sender } = conversation;
  const partner = partnerOf(conversation, meId);
  if (!sender || !partner || conversation.viewer.state !== "requested") return null;
  const joined = new Intl.DateTimeFormat(locale, { year: "numeric", month: "long" }).format(
    new Date(sender.joinedAt),
  );
  return (
    <>
      @{partner.handle} · {sender.followedBy > 0 ? t.followedBy(sender.followedBy) : profiles.joined(joined)}
    </>
  );
}
