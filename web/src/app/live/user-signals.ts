/** Signals of the account's own room: each is passed to the feature that handles it. */
import { applyTyping } from "../../features/chat/session/chat-account.ts";
import type { Signal } from "../../realtime/frames.ts";

type SignalHandlers = {
  [Type in Signal["type"]]: (data: Extract<Signal, { type: Type }>["data"]) => void;
};

// The room sends these only to a tab that subscribed, so its page has loaded the code already.
const presence = () => import("../../features/presence/use-presence.ts");
const nearby = () => import("../../features/nearby/nearby.queries.ts");
/** Only other rooms send these. */
const ignore = () => {};

const handlers: SignalHandlers = {
  "presence.changed": ({ people }) => void presence().then(({ applyPresence }) => applyPresence(people)),
  "nearby.changed": () => void nearby().then(({ refetchNearby }) => refetchNearby()),
  "conversation.typing": applyTyping,
  "typing.changed": ignore,
  "message.acked": ignore,
  "command.done": ignore,
};

/** Passes a signal to its feature. */
export function applyUserSignal<Type extends Signal["type"]>(signal: Extract<Signal, { type: Type }>): void {
  (handlers[signal.type] as (data: unknown) => void)(signal.data);
}
