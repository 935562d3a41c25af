/**
 * Who hears what: rows go to the room of their topic, in order, all rooms at once. The write has committed already;
 * a delivery that fails costs time, never an event, because the row stays until its room has written it down.
 */
import { getServerByName } from "partyserver";
import type { DeliveredRows } from "../../db/client/delivered.ts";
import type { PartyEnv } from "../env.ts";
import { outboxRoom, type TopicRoom } from "../stubs.ts";
import { within } from "../with-timeout.ts";
import { groupByRoom } from "./deliver-groups.ts";
import type { FailedRow, OutboxRow } from "./rows.ts";

/** Delivered rows wait this long for a write that takes them out along; then they cost a trip of their own. */
export const FORGET_AFTER_MS = 250;
/** A room that does not answer within this holds up nobody else. */
export const DELIVER_TIMEOUT_MS = 5_000;

export interface Delivery {
  delivered: string[];
  failed: FailedRow[];
}

/** Delivers rows and says which ones their rooms have taken. Never throws. */
export async function deliver(env: PartyEnv, rows: readonly OutboxRow[]): Promise<Delivery> {
  const { groups, lost } = groupByRoom(rows);
  const answers = await Promise.all(
    groups.map(async ({ room, name, rows }): Promise<FailedRow[]> => {
      try {
        return (await within(DELIVER_TIMEOUT_MS, callRoom(env, room, name, rows))).failed;
      } catch (error) {
        return rows.map(({ id }) => ({ id, error: `${room}: ${String(error)}` }));
      }
    }),
  );
  const failed = [...lost, ...answers.flat()];
  const failedIds = new Set(failed.map(({ id }) => id));
  return { delivered: rows.map(({ id }) => id).filter((id) => !failedIds.has(id)), failed };
}

/**
 * For `waitUntil`, after the response: delivers a transaction's own rows and sees that they are forgotten, by the next write
 * or, when it is quiet, by `forget`. What fails is left to the drainer, which is called soon. Never throws. `told` is called
 * once every room has been tried.
 */
export async function deliverAndForget(
  env: PartyEnv,
  delivered: DeliveredRows,
  forget: (ids: string[]) => Promise<unknown>,
  rows: readonly OutboxRow[],
  told: () => void = () => {},
): Promise<void> {
  if (rows.length === 0) return;
  const delivery = await deliver(env, rows);
  told();
  delivered.add(delivery.delivered);
  if (delivery.failed.length > 0) await nudge(env);
  await scheduler.wait(FORGET_AFTER_MS);
  const left = delivered.take();
  if (left.length === 0) return;
  try {
    await forget(left);
  } catch {
    // The rooms know these ids: being told again changes nothing.
    await nudge(env);
  }
}

async function nudge(env: PartyEnv): Promise<void> {
  try {
    const { namespace, name } = outboxRoom(env);
    await (await getServerByName(namespace, name)).nudge();
  } catch (error) {
    // The cron drains each minute, with or without this.
    console.error(JSON.stringify({ where: "nudge", error: String(error) }));
  }
}

/** One call: `deliver` starts its room itself, so getServerByName()'s call ahead of it is not needed. */
async function callRoom(
  env: PartyEnv,
  room: TopicRoom,
  name: string,
  rows: OutboxRow[],
): Promise<{ failed: FailedRow[] }> {
  switch (room) {
    case "UserRoom":
      return await env.UserRoom.get(env.UserRoom.idFromName(name)).deliver(rows);
    case "PostRoom":
      return await env.PostRoom.get(env.PostRoom.idFromName(name)).deliver(rows);
    case "ConversationRoom":
      return await env.ConversationRoom.get(env.ConversationRoom.idFromName(name)).deliver(rows);
    case "PresenceRoom":
      return await env.PresenceRoom.get(env.PresenceRoom.idFromName(name)).deliver(rows);
    default:
      return room satisfies never;
  }
}
