import { useQuery } from "@tanstack/react-query";
import { Inbox } from "lucide-react";
import { Link, useSearch } from "wouter";
import { ApiError } from "../api/api-error.ts";
import { MailText } from "../features/mailbox/mail-text.tsx";
import { mailboxQuery, mailQuery } from "../features/mailbox/mailbox.queries.ts";
import { useT } from "../i18n/index.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Page } from "../ui/page.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { RelativeTime } from "../ui/time/time.tsx";
import NotFoundPage from "./not-found.tsx";

/** The local mailbox of a development server: the list of mails, or with `?mail=<id>` one of them. */
export default function MailboxPage() {
  const id = new URLSearchParams(useSearch()).get("mail");
  return id ? <OneMail id={id} /> : <AllMail />;
}

function AllMail() {
  const t = useT();
  const { data, error, refetch } = useQuery(mailboxQuery);
  if (error instanceof ApiError && error.status === 404) return <NotFoundPage />;
  return (
    <Page title={t.mailbox.title} back="/">
      <p className="border-b border-line px-4 py-3 text-sm text-muted">{t.mailbox.text}</p>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <SkeletonRows count={3} lines={1} /> : null}
      {data?.items.length === 0 ? (
        <EmptyState
          icon={<Inbox size={26} strokeWidth={1.75} />}
          title={t.mailbox.empty}
          text={t.mailbox.emptyText}
        />
      ) : null}
      <ul>
        {data?.items.map((mail) => (
          <li key={mail.id} className="border-b border-line">
            <Link
              href={`/mailbox?mail=${encodeURIComponent(mail.id)}`}
              className="flex flex-col gap-0.5 px-4 py-3.5 transition-colors duration-150 -outline-offset-2 hover:bg-surface"
            >
              <span className="flex items-baseline justify-between gap-3">
                <span className="truncate font-semibold">{mail.subject || t.mailbox.noSubject}</span>
                <RelativeTime iso={mail.at} className="shrink-0 text-sm text-muted" />
              </span>
              <span className="truncate text-sm text-muted">
                {t.mailbox.to} {mail.to}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}

function OneMail({ id }: { id: string }) {
  const t = useT();
  const { data: mail, error, refetch } = useQuery(mailQuery(id));
  return (
    <Page title={mail?.subject || t.mailbox.message} back="/mailbox">
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null}
      {!mail && !error ? <SkeletonRows count={1} lines={4} /> : null}
      {mail ? (
        <article className="px-4 py-6 sm:px-6">
          <p className="text-sm text-muted">
            {t.mailbox.to} {mail.to} · <RelativeTime iso={mail.at} />
          </p>
          <div className="mt-6">
            <MailText text={mail.text} />
          </div>
        </article>
      ) : null}
    </Page>
  );
}
