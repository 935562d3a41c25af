/**
 * R9: after sign-out, block, removal or suspension the account's sockets close and it receives nothing
 * more.
 */

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { onDatabase, withClient } from "../../../db/local/postgres/roles.ts";
import { closeCodes } from "../../../party/protocol/wire.ts";
import type { ChatClient } from "../../chat/chat-client.ts";
import { openWebSocket } from "../../chat/chat-server.ts";
import type { Person } from "../../load/virtual-users.ts";
import { type PlazaEnvironment, startEnvironment } from "../environment.ts";
import { formatMs, type Row, type Settings } from "../scenario.ts";
import { Workload } from "../workload.ts";

const GOAL_MS = 1_000;
const GIVEN_UP_MS = 4_000;
const AGAIN_MS = 15;

export async function accessRevocation({ chatSeconds }: Settings): Promise<Row[]> {
  const times = chatSeconds < 10 ? 3 : 15;
  return [
    await shutOut(
      "signed out elsewhere on the same session",
      times,
      3,
      closeCodes.sessionEnded,
      (environment, victim) => ask(environment, victim, "POST", "/api/auth/sign-out", {}),
    ),
    await shutOut(
      "removed from the group",
      times,
      3,
      closeCodes.forbidden,
      (environment, victim, admin, conversationId) =>
        ask(environment, admin, "DELETE", `/api/conversations/${conversationId}/participants/${victim.id}`),
    ),
    await shutOut("suspended", times, 3, closeCodes.sessionEnded, async (environment, victim) => {
      const url = onDatabase(environment.plaza.server?.superuserUrl ?? "", "plaza");
      await withClient(url, (client) =>
        client.query("update users set suspended_at = now() where id = $1", [victim.id]),
      );
      // No request delivers this row: the outbox's cron does.
      await environment.plaza.runCron();
    }),
    await blocked(times),
  ];
}

type Revocation = (
  environment: PlazaEnvironment,
  victim: Person,
  admin: Person,
  conversationId: string,
) => Promise<void>;

/**
 * Revokes one account's access after another while the others send. Measures the time until its socket
 * closes, and what it receives after.
 */
async function shutOut(
  what: string,
  times: number,
  size: number,
  code: number,
  revocation: Revocation,
): Promise<Row> {
  const environment = await startEnvironment({ people: times * size, conversationSize: size });
  const workload = new Workload(environment);
  const tookMs: number[] = [];
  const wrong: string[] = [];
  try {
    await workload.openAll();
    for (const [index, conversation] of environment.conversations.entries()) {
      const [admin, victim] = environment.users.slice(index * size, (index + 1) * size);
      const [adminClient, victimClient] = workload.clientsIn(conversation);
      if (!admin || !victim || !adminClient || !victimClient)
        throw new Error("the environment has too few people");
      let isOver = false;
      const chatter = workload.chat(() => isOver, [adminClient]);
      await sleep(50);
      const from = performance.now();
      await revocation(environment, victim, admin, conversation.id);
      await victimClient.until(() => victimClient.isEnded, GIVEN_UP_MS).catch(() => {});
      const closing = victimClient.link.closings.at(-1);
      tookMs.push(victimClient.isEnded ? (closing?.at ?? Infinity) - from : Infinity);
      if (closing?.code !== code) wrong.push(`closed with ${closing?.code}`);
      isOver = true;
      await chatter;
      if (await isLetIn(environment, victim, conversation.id)) wrong.push("let in again");
    }
  } finally {
    workload.close();
    await environment.stop();
  }
  return rowOf(what, `socket closed with ${code}`, tookMs, wrong);
}

/**
 * Half of the members of direct conversations block the other: from then on both are refused and receive
 * nothing more.
 */
async function blocked(times: number): Promise<Row> {
  const environment = await startEnvironment({ people: times * 2, conversationSize: 2 });
  const workload = new Workload(environment);
  const tookMs: number[] = [];
  const wrong: string[] = [];
  try {
    await workload.openAll();
    for (const [index, conversation] of environment.conversations.entries()) {
      const [one, other] = environment.users.slice(index * 2, index * 2 + 2);
      const [oneClient, otherClient] = workload.clientsIn(conversation);
      if (!one || !other || !oneClient || !otherClient) throw new Error("the environment has too few people");
      const from = performance.now();
      await ask(environment, one, "PUT", `/api/profiles/${other.handle}/block`);
      tookMs.push((await refusedAt(otherClient, workload)) - from);
      const stepsBefore = oneClient.steps.length;
      for (const client of [otherClient, oneClient]) {
        const result = await client.send(workload.nextText());
        if (result.ok || result.code !== "FORBIDDEN")
          wrong.push(`answered ${result.ok ? "ok" : result.code}`);
      }
      await sleep(100);
      if (oneClient.steps.slice(stepsBefore).some(({ kind }) => kind === "message"))
        wrong.push("received a message afterwards");
    }
  } finally {
    workload.close();
    await environment.stop();
  }
  return rowOf("blocked in a direct conversation", "sends refused both ways", tookMs, wrong);
}

/** Returns whether a new socket of this account is accepted. */
async function isLetIn({ url }: PlazaEnvironment, person: Person, conversationId: string): Promise<boolean> {
  const path = `${url}/parties/conversation-room/${conversationId}?account=${person.id}`;
  const headers = { Origin: url, Cookie: person.cookie };
  const opening = openWebSocket(
    path,
    headers,
    (text) => text.includes('"room.welcome"'),
    () => {},
  );
  return await opening.then(
    (socket) => {
      socket.terminate();
      return true;
    },
    () => false,
  );
}

async function refusedAt(client: ChatClient, workload: Workload): Promise<number> {
  const until = performance.now() + GIVEN_UP_MS;
  while (performance.now() < until) {
    const result = await client.send(workload.nextText());
    if (!result.ok) return performance.now();
    await sleep(AGAIN_MS);
  }
  return Infinity;
}

function rowOf(what: string, goal: string, tookMs: readonly number[], wrong: readonly string[]): Row {
  const most = Math.max(...tookMs);
  return {
    promise: "R9",
    what,
    goal: `${goal} within 1 s`,
    found: `${tookMs.length} times, the slowest ${formatMs(most)}${wrong.length > 0 ? `; wrong: ${[...new Set(wrong)].join(", ")}` : ""}`,
    isKept: most <= GOAL_MS && wrong.length === 0,
  };
}

async function ask(
  environment: PlazaEnvironment,
  person: Person,
  method: string,
  path: string,
  body?: object,
): Promise<void> {
  const response = await fetch(environment.url + path, {
    method,
    headers: {
      Cookie: person.cookie,
      Origin: environment.url,
      "Idempotency-Key": randomUUID(),
      ...(body && { "Content-Type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status} ${await response.text()}`);
}
