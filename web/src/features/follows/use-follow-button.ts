import { useState } from "react";
import { useT } from "../../i18n/index.ts";
import { useSignInGate } from "../votes/use-sign-in-gate.ts";
import type { FollowTarget } from "./following.ts";
import { following } from "./follows.mutations.ts";

/**
 * The state of a follow button. `toggle` shows the new state at once, the person's follower count with it; what fails is
 * put back to the saved state with a toast. `loading` always ends.
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
      await following.set(person, isFollowing, !isFollowing);
    } finally {
      setLoading(false);
    }
  };
  return { isFollowing, loading, toggle };
}
