import type { ReactNode } from "react";
import { Link } from "wouter";
import { useT } from "../../i18n/index.ts";
import type { PersonView, Presence } from "../../realtime/views.ts";
import { FollowButton } from "../follows/follow-button.tsx";
import { PresenceAvatar } from "../presence/presence-avatar.tsx";
import { useMe } from "../session/session.queries.ts";

/**
 * A person in a list: avatar with presence, name, bio and a follow button. The whole row is a link to the
 * profile.
 */
export function PersonRow({
  person,
  presence,
  actions,
  ref,
}: {
  person: PersonView;
  presence?: Presence | undefined;
  /** Buttons before the follow button. */
  actions?: ReactNode;
  ref?: ((node: Element | null) => void) | undefined;
}) {
  const t = useT();
  const me = useMe();
  const isSelf = person.viewer?.isSelf ?? me?.id === person.id;
  return (
    <article
      ref={ref}
      data-item
      tabIndex={-1}
      aria-label={person.name}
      className="relative flex gap-3 border-b border-line px-4 py-3.5 -outline-offset-2 transition-colors duration-120 hover:bg-surface"
    >
      <PresenceAvatar person={person} presence={presence} />
      <div className="min-w-0 flex-1">
        <div className="flex gap-3">
          <div className="min-w-0 flex-1">
            {/* The ::after of this link covers the row; the buttons are positioned above it. */}
            <Link
              href={`/@${person.handle}`}
              className="block truncate font-semibold after:absolute after:inset-0 hover:underline"
            >
              {person.name}
            </Link>
            <p className="flex min-w-0 items-center gap-2 text-sm text-muted">
              <span className="truncate">@{person.handle}</span>
              {person.viewer?.isFollowedBy ? (
                <span className="shrink-0 rounded-full bg-sunken px-2 text-xs font-medium">
                  {t.profiles.followsYou}
                </span>
              ) : null}
            </p>
          </div>
          {isSelf ? null : (
            <div className="relative flex gap-2 self-start">
              {actions}
              <FollowButton person={person} isFollowing={person.viewer?.isFollowing ?? false} />
            </div>
          )}
        </div>
        {person.bio ? <p className="mt-1 line-clamp-2 text-pretty">{person.bio}</p> : null}
      </div>
    </article>
  );
}
