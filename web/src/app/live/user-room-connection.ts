import { api, readBody } from "../../api/client.ts";
import { checkSession } from "../../features/session/check-session.ts";
import { browserConnection } from "../../realtime/browser-connection.ts";
import type { ConnectionDeps } from "../../realtime/connection.types.ts";
import { readPosition } from "../../realtime/frames.ts";
import { POLL_VISIBLE_MS } from "../../realtime/limits.ts";
import { afterQuery, readPollAnswer } from "../../realtime/poll-answer.ts";

/** The connection of the account's own room. Its position survives a reload of the tab. */
export function userRoomConnection(meId: string): ConnectionDeps {
  const storageKey = `plaza.position.${meId}`;
  return {
    ...browserConnection({
      path: "/parties/user-room/me",
      accountId: meId,
      pollVisibleMs: POLL_VISIBLE_MS,
    }),
    checkSession,
    poll: async (position) =>
      readPollAnswer(await readBody(api.events.poll.$get({ query: afterQuery(position) }))),
    loadPosition: () => {
      try {
        return readPosition(JSON.parse(sessionStorage.getItem(storageKey) ?? "null"));
      } catch {
        return null;
      }
    },
    savePosition: (position) => {
      try {
        if (position) sessionStorage.setItem(storageKey, JSON.stringify(position));
        else sessionStorage.removeItem(storageKey);
      } catch {
        // Without storage all data is fetched again after a reload.
      }
    },
  };
}
