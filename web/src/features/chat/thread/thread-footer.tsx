import { useQuery } from "@tanstack/react-query";
import { Ban, Hourglass } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { useT } from "../../../i18n/index.ts";
import { useChatT } from "../../../i18n/lazy-dictionaries.ts";
import type { Conversation } from "../../../realtime/views.ts";
import { Button } from "../../../ui/button.tsx";
import { ConfirmDialog } from "../../../ui/dialog.tsx";
import { toast } from "../../../ui/toast.tsx";
import { RelationDialog, useUndoRelation } from "../../follows/relation-dialog.tsx";
import { profileQuery } from "../../profiles/profiles.queries.ts";
import { useAnswerRequest } from "../data/conversation.mutations.ts";
import { SenderText } from "../list/sender-text.tsx";
import { othersIn, partnerOf, titleOf } from "../text/conversation-text.ts";

/**
 * Accept, decline or block a message request or a group invitation. The sender gets no receipts before
 * acceptance.
 */
export function RequestBar({ conversation, meId }: { conversation: Conversation; meId: string }) {
  const t = useChatT();
  const [, navigate] = useLocation();
  const answer = useAnswerRequest(conversation.id);
  const [dialog, setDialog] = useState<"decline" | "block" | null>(null);
  const partner = partnerOf(conversation, meId);
  const name = titleOf(conversation, meId, t);
  const inviter = othersIn(conversation, meId).find((person) => person.role === "admin");
  const failed = () => toast({ text: t.answerFailed, tone: "bad" });
  const accept = () => answer.mutate({ accepts: true }, { onError: failed });
  const decline = () =>
    answer.mutate(
      { accepts: false },
      {
        onSuccess: () => {
          toast({ text: t.declined });
          navigate("/messages/requests", { replace: true });
        },
        onError: failed,
      },
    );
  return (
    <section aria-label={t.requests} className="px-4 py-4">
      <h2 className="font-semibold text-pretty">
        {partner ? t.requestFrom(name) : t.requestGroup(inviter?.name ?? name)}
      </h2>
      <p className="text-sm text-muted empty:hidden">
        <SenderText conversation={conversation} meId={meId} />
      </p>
      <p className="mt-0.5 text-sm text-pretty text-muted">{t.requestText}</p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button onClick={accept} pending={answer.isPending && dialog === null}>
          {t.accept}
        </Button>
        <Button variant="secondary" onClick={() => setDialog("decline")}>
          {t.decline}
        </Button>
        {partner ? (
          <Button
            variant="ghost"
            onClick={() => setDialog("block")}
            icon={<Ban size={18} strokeWidth={1.75} aria-hidden />}
          >
            {t.block}
          </Button>
        ) : null}
      </div>
      {dialog === "decline" ? (
        <ConfirmDialog
          title={t.declineTitle}
          text={t.declineText}
          confirmLabel={t.decline}
          pending={answer.isPending}
          onConfirm={decline}
          onClose={() => setDialog(null)}
        />
      ) : null}
      {dialog === "block" && partner ? (
        <RelationDialog person={partner} relation="block" onClose={() => setDialog(null)} />
      ) : null}
    </section>
  );
}

/** Shown when the viewer cannot write here. A viewer who blocked the other member can unblock. */
export function ClosedBar({ conversation, meId }: { conversation: Conversation; meId: string }) {
  const t = useChatT();
  const profiles = useT().profiles;
  const partner = partnerOf(conversation, meId);
  const { data: profile } = useQuery({ ...profileQuery(partner?.handle ?? ""), enabled: partner !== null });
  const undo = useUndoRelation();
  const isMine = profile?.viewer?.isBlocked ?? false;
  return (
    <div className="flex min-h-15 flex-wrap items-center justify-center gap-3 px-4 py-3 text-center text-muted">
      <p className="flex items-center gap-2">
        <Ban size={18} strokeWidth={1.75} aria-hidden className="shrink-0" />
        {isMine && partner ? t.blockedByYou(partner.name) : t.cannotSend}
      </p>
      {isMine && partner ? (
        <Button size="sm" variant="secondary" onClick={() => void undo(partner, "block")}>
          {profiles.unblock(partner.handle)}
        </Button>
      ) : null}
    </div>
  );
}

/** Shown when the message limit of an unaccepted request is reached. The draft is kept. */
export function FullBar({ name }: { name: string }) {
  const t = useChatT();
  const bar = useRef<HTMLParagraphElement>(null);
  // Sending the last allowed message removed the composer, which had the focus.
  useEffect(() => {
    if (document.activeElement === document.body) bar.current?.focus();
  }, []);
  return (
    <p
      ref={bar}
      tabIndex={-1}
      role="status"
      className="flex min-h-15 items-center justify-center gap-2 px-4 py-3 text-center text-pretty text-muted outline-none"
    >
      <Hourglass size={18} strokeWidth={1.75} aria-hidden className="shrink-0" />
      {t.requestFull(name)}
    </p>
  );
}
