import { Award, Ban, CalendarDays, Link2, ShieldAlert, VolumeX } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Link } from "wouter";
import { useLocale, useT } from "../../i18n/index.ts";
import type { ProfileView } from "../../realtime/views.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Count } from "../../ui/count.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { copyLink } from "../../ui/share-link.ts";
import { MessageButton } from "../chat/list/message-button.tsx";
import { FollowButton } from "../follows/follow-button.tsx";
import type { Relation } from "../follows/follows.mutations.ts";
import { RelationDialog, useUndoRelation } from "../follows/relation-dialog.tsx";
import { PresenceAvatar } from "../presence/presence-avatar.tsx";
import { PresenceText } from "../presence/presence-text.tsx";
import { usePresence } from "../presence/use-presence.ts";
import { useMe } from "../session/session.queries.ts";
import { RichText } from "../text/rich-text.tsx";

const SuspensionDialog = lazy(() => import("../moderation/suspension-dialog.tsx"));

const ICON = { size: 18, strokeWidth: 1.75, "aria-hidden": true } as const;

/**
 * The header of a profile: avatar with presence, name, bio, counts, badges and a notice when muted. The
 * actions are edit on the viewer's own profile; menu, message and follow on others; only the menu on blocked
 * ones.
 */
export function ProfileHeader({ profile }: { profile: ProfileView }) {
  const t = useT();
  const locale = useLocale();
  const { viewer, stats } = profile;
  const joined = new Intl.DateTimeFormat(locale, { year: "numeric", month: "long" }).format(
    new Date(profile.joinedAt),
  );
  const path = `/@${profile.handle}`;
  const seen = usePresence(viewer && !viewer.isSelf ? [profile.id] : []).get(profile.id);
  // The presence of a blocked person is not shown, even when it was loaded before the block.
  const presence = viewer?.isBlocked ? undefined : seen;
  return (
    <div className="px-4 pt-5 pb-4">
      <div className="flex items-start justify-between gap-3">
        <PresenceAvatar person={profile} presence={presence} size="xl" />
        <div className="flex items-center gap-1.5 pt-1">
          {viewer?.isSelf ? (
            <ButtonLink href="/settings" variant="secondary" size="sm">
              {t.profiles.edit}
            </ButtonLink>
          ) : (
            <>
              <ProfileMenu profile={profile} />
              {viewer?.isBlocked ? null : (
                <>
                  {viewer ? <MessageButton person={profile} /> : null}
                  <FollowButton person={profile} isFollowing={viewer?.isFollowing ?? false} />
                </>
              )}
            </>
          )}
        </div>
      </div>
      <h2 className="mt-3 text-xl leading-tight font-bold break-words">{profile.name}</h2>
      <p className="flex flex-wrap items-center gap-x-2 text-muted">
        @{profile.handle}
        {viewer?.isFollowedBy ? (
          <span className="rounded-full bg-sunken px-2 py-0.5 text-xs font-medium">
            {t.profiles.followsYou}
          </span>
        ) : null}
      </p>
      <p className="text-sm text-muted empty:hidden" data-testid="presence">
        <PresenceText presence={presence} />
      </p>
      {profile.bio ? <RichText text={profile.bio} className="mt-3 max-w-[60ch]" /> : null}
      <p className="mt-3 flex items-center gap-1.5 text-sm text-muted">
        <CalendarDays size={16} strokeWidth={1.75} aria-hidden />
        {t.profiles.joined(joined)}
      </p>
      <ul className="mt-2 flex flex-wrap gap-x-5">
        <Stat
          value={stats.followers}
          text={t.profiles.followers(stats.followers)}
          href={`${path}/followers`}
        />
        <Stat value={stats.following} text={t.profiles.followingCount} href={`${path}/following`} />
        <Stat value={stats.posts} text={t.profiles.postsCount(stats.posts)} />
        <Stat value={stats.answers} text={t.profiles.answersCount(stats.answers)} />
        <Stat value={stats.upvotes} text={t.profiles.upvotesCount(stats.upvotes)} />
      </ul>
      {profile.badges.length > 0 ? (
        <ul aria-label={t.profiles.badges} className="mt-4 flex flex-wrap gap-2">
          {profile.badges.map(({ badge }) => (
            <li
              key={badge}
              title={t.profiles.badgeText[badge]}
              className="inline-flex items-center gap-1.5 rounded-full bg-accent-soft py-1 pr-3 pl-2 text-sm font-semibold text-accent"
            >
              <Award size={16} strokeWidth={1.75} aria-hidden />
              {t.profiles.badge[badge]}
            </li>
          ))}
        </ul>
      ) : null}
      {viewer?.isMuted && !viewer.isBlocked ? (
        <p className="mt-4 flex items-center gap-2 rounded-card bg-sunken px-3 py-2 text-sm text-muted">
          <VolumeX size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
          {t.profiles.mutedNote}
        </p>
      ) : null}
    </div>
  );
}

/** A number with its label, as a link when it has a page. */
function Stat({ value, text, href }: { value: number; text: string; href?: string }) {
  const content = (
    <>
      <Count value={value} className="font-semibold text-ink" /> <span className="text-muted">{text}</span>
    </>
  );
  return (
    <li className="inline-flex min-h-8 items-center gap-1 pointer-coarse:min-h-9">
      {href ? (
        <Link href={href} className="hover:underline">
          {content}
        </Link>
      ) : (
        <span>{content}</span>
      )}
    </li>
  );
}

/** Copy the profile's link, mute or unmute, block or unblock. Muting and blocking ask for confirmation. */
function ProfileMenu({ profile }: { profile: ProfileView }) {
  const t = useT();
  const [confirming, setConfirming] = useState<Relation | null>(null);
  const [isSuspending, setSuspending] = useState(false);
  const undo = useUndoRelation();
  const maySuspend = useMe()?.capabilities.includes("accounts.suspend") ?? false;
  const { viewer, handle } = profile;
  return (
    <>
      <Menu label={t.profiles.more(profile.name)} className="border border-line">
        <MenuItem icon={<Link2 {...ICON} />} onSelect={() => void copyLink(`/@${handle}`)}>
          {t.profiles.copyLink}
        </MenuItem>
        {viewer ? (
          <>
            <MenuItem
              icon={<VolumeX {...ICON} />}
              onSelect={() => (viewer.isMuted ? void undo(profile, "mute") : setConfirming("mute"))}
            >
              {viewer.isMuted ? t.profiles.unmute(handle) : t.profiles.mute(handle)}
            </MenuItem>
            <MenuItem
              icon={<Ban {...ICON} />}
              tone={viewer.isBlocked ? "plain" : "danger"}
              onSelect={() => (viewer.isBlocked ? void undo(profile, "block") : setConfirming("block"))}
            >
              {viewer.isBlocked ? t.profiles.unblock(handle) : t.profiles.block(handle)}
            </MenuItem>
            {maySuspend ? (
              <MenuItem icon={<ShieldAlert {...ICON} />} tone="danger" onSelect={() => setSuspending(true)}>
                {t.profiles.suspension(handle)}
              </MenuItem>
            ) : null}
          </>
        ) : null}
      </Menu>
      {isSuspending ? (
        <Suspense>
          <SuspensionDialog person={profile} onClose={() => setSuspending(false)} />
        </Suspense>
      ) : null}
      {confirming ? (
        <RelationDialog person={profile} relation={confirming} onClose={() => setConfirming(null)} />
      ) : null}
    </>
  );
}
