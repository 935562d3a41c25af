import { MessageCircle } from "lucide-react";
import { useLocation } from "wouter";
import { ApiError } from "../../../api/api-error.ts";
import { errorText } from "../../../api/error-text.ts";
import { useT } from "../../../i18n/index.ts";
import { buttonClass } from "../../../ui/button.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useOpenConversation } from "../data/conversation.mutations.ts";

/** Opens the conversation with a person; creates it when there is none. */
export function MessageButton({ person }: { person: { id: string; name: string } }) {
  const t = useT();
  const [, navigate] = useLocation();
  const open = useOpenConversation();
  const go = () => {
    if (open.isPending) return;
    open.mutate(
      { participantIds: [person.id] },
      {
        onSuccess: (conversation) => navigate(`/messages/${conversation.id}`),
        onError: (error) =>
          toast({
            text: error instanceof ApiError ? errorText(error, t) : t.profiles.messageFailed,
            tone: "bad",
          }),
      },
    );
  };
  return (
    <button
      type="button"
      onClick={go}
      aria-busy={open.isPending || undefined}
      aria-label={t.profiles.messagePerson(person.name)}
      title={t.profiles.messagePerson(person.name)}
      className={buttonClass("secondary", "sm", "w-9 px-0! sm:w-auto sm:px-3.5!")}
    >
      <MessageCircle size={18} strokeWidth={1.75} aria-hidden />
      <span className="hidden sm:inline">{t.profiles.message}</span>
    </button>
  );
}
