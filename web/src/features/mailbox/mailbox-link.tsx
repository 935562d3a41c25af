import { useQuery } from "@tanstack/react-query";
import { Inbox } from "lucide-react";
import { Link } from "wouter";
import { useT } from "../../i18n/index.ts";
import { buttonClass } from "../../ui/button.tsx";
import { mailboxQuery } from "./mailbox.queries.ts";

/**
 * A link to the local mailbox. Renders nothing unless the server keeps mails instead of sending them (local
 * development).
 */
export function MailboxLink() {
  const t = useT();
  const { isSuccess } = useQuery(mailboxQuery);
  if (!isSuccess) return null;
  return (
    <Link href="/mailbox" className={buttonClass("primary", "md", "mt-4 w-full")}>
      <Inbox size={20} strokeWidth={1.75} aria-hidden />
      {t.auth.mailboxLink}
    </Link>
  );
}
