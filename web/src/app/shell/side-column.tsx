import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { followingPreviewQuery } from "../../features/profiles/profiles.queries.ts";
import { type Me, useSession } from "../../features/session/session.queries.ts";
import { useT } from "../../i18n/index.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { ButtonLink } from "../../ui/button.tsx";
import { Skeleton, SkeletonGroup } from "../../ui/skeleton.tsx";
import { showShortcuts } from "../shortcuts/show-shortcuts.ts";

/** Beside the column on wide screens: followed people, or links to sign up and in, and what Plaza is. */
export default function SideColumn() {
  const t = useT();
  const { me, isPending } = useSession();
  return (
    <div className="sticky top-0 flex max-h-dvh flex-col gap-4 overflow-y-auto py-4 pl-6">
      {me ? <Following me={me} /> : null}
      {!me && !isPending ? (
        <Card title={t.shell.joinTitle}>
          <p className="text-muted">{t.shell.joinText}</p>
          <div className="mt-4 flex gap-2">
            <ButtonLink href="/sign-up">{t.common.signUp}</ButtonLink>
            <ButtonLink href="/sign-in" variant="ghost">
              {t.common.signIn}
            </ButtonLink>
          </div>
        </Card>
      ) : null}
      <Card title={t.shell.about}>
        <p className="text-muted text-pretty">{t.shell.aboutText}</p>
        <button
          type="button"
          onClick={showShortcuts}
          className="mt-3 text-sm text-muted underline decoration-line-strong underline-offset-4 hover:text-ink"
        >
          {t.shell.shortcutsHint}
        </button>
      </Card>
    </div>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="rounded-card border border-line bg-surface p-4">
      <h2 className="mb-2 font-bold">{title}</h2>
      {children}
    </section>
  );
}

/** Some of the people the account follows; nothing when there are none. */
function Following({ me }: { me: Me }) {
  const t = useT();
  const { data, isPending } = useQuery(followingPreviewQuery(me.handle));
  if (isPending) {
    return (
      <Card title={t.shell.following}>
        <SkeletonGroup className="flex flex-col gap-4 py-2">
          {["w-32", "w-24", "w-28", "w-36"].map((width) => (
            <div key={width} className="flex items-center gap-3">
              <Skeleton className="size-10 rounded-full" />
              <Skeleton className={`h-3.5 ${width}`} />
            </div>
          ))}
        </SkeletonGroup>
      </Card>
    );
  }
  if (!data || data.items.length === 0) return null;
  return (
    <Card title={t.shell.following}>
      <ul className="-mx-2">
        {data.items.map((person) => (
          <li key={person.id}>
            <Link
              href={`/@${person.handle}`}
              className="flex items-center gap-3 rounded-card px-2 py-2 transition-colors duration-120 hover:bg-sunken"
            >
              <Avatar person={person} />
              <span className="min-w-0">
                <span className="block truncate font-semibold">{person.name}</span>
                <span className="block truncate text-sm text-muted">@{person.handle}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {data.nextCursor ? (
        <Link
          href={`/@${me.handle}/following`}
          className="mt-2 inline-block text-sm font-semibold text-accent underline-offset-4 hover:underline"
        >
          {t.shell.everyone}
        </Link>
      ) : null}
    </Card>
  );
}
