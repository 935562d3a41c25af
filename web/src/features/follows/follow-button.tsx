import { useT } from "../../i18n/index.ts";
import { buttonClass } from "../../ui/button.tsx";
import { cx } from "../../ui/cx.ts";
import { useFollowButton } from "./use-follow-button.ts";

/** A toggle button: "Follow", or "Following" with the label "Unfollow" while a mouse hovers over it. */
export function FollowButton({
  person,
  isFollowing: was,
  size = "sm",
}: {
  person: { id: string; handle: string; name: string };
  isFollowing: boolean;
  size?: "sm" | "md";
}) {
  const t = useT();
  const { isFollowing, loading, toggle } = useFollowButton({
    id: person.id,
    handle: person.handle,
    isFollowing: was,
  });
  return (
    <button
      type="button"
      aria-pressed={isFollowing}
      aria-busy={loading || undefined}
      aria-label={
        isFollowing ? t.profiles.followingPerson(person.name) : t.profiles.followPerson(person.name)
      }
      onClick={() => void toggle()}
      className={buttonClass(
        isFollowing ? "secondary" : "primary",
        size,
        cx("group min-w-26", isFollowing && "hover:border-bad hover:text-bad"),
      )}
    >
      {isFollowing ? (
        <>
          <span className="group-hover:hidden pointer-coarse:group-hover:inline">{t.profiles.following}</span>
          <span className="hidden group-hover:inline pointer-coarse:group-hover:hidden">
            {t.profiles.unfollow}
          </span>
        </>
      ) : (
        t.profiles.follow
      )}
    </button>
  );
}
