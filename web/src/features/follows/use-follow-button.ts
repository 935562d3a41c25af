import { useState } from "react";
import { useT } from "../../i18n/index.ts";
import { useSignInGate } from "../session/use-sign-in-gate.ts";
import type { FollowTarget } from "./follow-queue.ts";
import { followQueue } from "./follows.mutations.ts";

/**
 * The state of a follow button. `toggle` changes the follow state and the follower count at once; a failure
 * restores them and shows a toast. `loading` is true while a request is in flight.
 */
export function useFollowButton(person: FollowTarget & { isFollowing: boolean }): {
  isFollowing: boolean;
  loading: boolean;
  toggle: () => Promise<void>;
} {
  const t = useT();
  const mayAct = useSignInGate();
  const [loading, setLoading] = useState(false);
  const { isFollowing } = person;
  const toggle = async () => {
    if (!mayAct(t.profiles.signInToFollow)) return;
    setLoading(true);
    try {
      await followQueue.set(person, isFollowing, !isFollowing);
    } finally {
      setLoading(false);
    }
  };
  return { isFollowing, loading, toggle };
}
