/** R9: signed out, blocked, removed, suspended: whoever may not be here any more is out at once, socket and all. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { onDatabase, withClient } from "../../../db/local/postgres/roles.ts";
import { closeCodes } from "../../../party/protocol/envelope.ts";
import type { ChatClient } from "../../chat/chat-client.ts";
import { dial } from "../../chat/peer.ts";
import type { Person } from "../../load/crowd.ts";
import { Gathering } from "../gathering.ts";
import { type PlazaGround, startGround } from "../ground.ts";
import { inWords, type Row, type Settings } from "../scenario.ts";

const GOAL_MS = 1_000;
const GIVEN_UP_MS = 4_000;
const AGAIN_MS = 15;

export async function doors({ talkS }: Settings): Promise<Row[]> {
  const times = talkS < 10 ? 3 : 15;
  return [
    await shutOut(
      "signed out elsewhere on the same session",
      times,
      3,
      closeCodes.sessionEnded,
      (ground, victim) => ask(ground, victim, "POST", "/api/auth/sign-out", {}),
    ),
    await shutOut("removed from the group", times, 3, closeCodes.forbidden, (ground, victim, admin, talkId) =>
      ask(ground, admin, "DELETE", `/api/conversations/${talkId}/participants/${victim.id}`),
    ),
    await shutOut("suspended", times, 3, closeCodes.sessionEnded, async (ground, victim) => {
      const url = onDatabase(ground.plaza.server?.superuserUrl ?? "", "plaza");
      await withClient(url, (client) =>
        client.query("update users set suspended_at = now() where id = $1", [victim.id]),
      );
      // Nobody's request: the outbox's cron delivers what no request pokes.
      await ground.plaza.runCron();
    }),
    await blocked(times),
  ];
}

type Deed = (ground: PlazaGround, victim: Person, admin: Person, talkId: string) => Promise<void>;

/** Does it to one after another, while the others talk; measures until the socket is closed, and what is heard after. */
async function shutOut(what: string, times: number, size: number, code: number, deed: Deed): Promise<Row> {
  const ground = await startGround({ people: times * size, talkSize: size });
  const gathering = new Gathering(ground);
  const tookMs: number[] = [];
  const wrong: string[] = [];
  try {
    await gathering.openAll();
    for (const [index, talk] of ground.talks.entries()) {
      const [admin, victim] = ground.crowd.slice(index * size, (index + 1) * size);
      const [adminClient, victimClient] = gathering.inTalk(talk);
      if (!admin || !victim || !adminClient || !victimClient) throw new Error("nobody is here");
      let isOver = false;
      const chatter = gathering.chat(() => isOver, [adminClient]);
      await sleep(50);
      const from = performance.now();
      await deed(ground, victim, admin, talk.id);
      await victimClient.until(() => victimClient.isEnded, GIVEN_UP_MS).catch(() => {});
      const closing = victimClient.link.closings.at(-1);
      tookMs.push(victimClient.isEnded ? (closing?.at ?? Infinity) - from : Infinity);
      if (closing?.code !== code) wrong.push(`closed with ${closing?.code}`);
      isOver = true;
      await chatter;
      if (await isLetIn(ground, victim, talk.id)) wrong.push("let in again");
    }
  } finally {
    gathering.close();
    await ground.stop();
  }
  return rowOf(what, `socket closed with ${code}`, tookMs, wrong);
}

/** Half of a direct conversation blocks the other: from then on, both are refused, and nothing more arrives. */
async function blocked(times: number): Promise<Row> {
  const ground = await startGround({ people: times * 2, talkSize: 2 });
  const gathering = new Gathering(ground);
  const tookMs: number[] = [];
  const wrong: string[] = [];
  try {
    await gathering.openAll();
    for (const [index, talk] of ground.talks.entries()) {
      const [one, other] = ground.crowd.slice(index * 2, index * 2 + 2);
      const [oneClient, otherClient] = gathering.inTalk(talk);
      if (!one || !other || !oneClient || !otherClient) throw new Error("nobody is here");
      const from = performance.now();
      await ask(ground, one, "PUT", `/api/profiles/${other.handle}/block`);
      tookMs.push((await refusedAt(otherClient, gathering)) - from);
      const heard = oneClient.steps.length;
      for (const client of [otherClient, oneClient]) {
        const said = await client.send(gathering.words());
        if (said.ok || said.code !== "FORBIDDEN") wrong.push(`said ${said.ok ? "all the same" : said.code}`);
      }
      await sleep(100);
      if (oneClient.steps.slice(heard).some(({ kind }) => kind === "message")) wrong.push("heard afterwards");
    }
  } finally {
    gathering.close();
    await ground.stop();
  }
  return rowOf("blocked in a direct conversation", "sends refused both ways", tookMs, wrong);
}

/** Whether a new socket of theirs is welcome. */
async function isLetIn({ url }: PlazaGround, person: Person, talkId: string): Promise<boolean> {
  const path = `${url}/parties/conversation-room/${talkId}?account=${person.id}`;
  const headers = { Origin: url, Cookie: person.cookie };
  const opening = dial(
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

async function refusedAt(client: ChatClient, gathering: Gathering): Promise<number> {
  const until = performance.now() + GIVEN_UP_MS;
  while (performance.now() < until) {
    const said = await client.send(gathering.words());
    if (!said.ok) return performance.now();
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
    found: `${tookMs.length} times, the slowest ${inWords(most)}${wrong.length > 0 ? `; wrong: ${[...new Set(wrong)].join(", ")}` : ""}`,
    isKept: most <= GOAL_MS && wrong.length === 0,
  };
}

async function ask(
  ground: PlazaGround,
  person: Person,
  method: string,
  path: string,
  body?: object,
): Promise<void> {
  const response = await fetch(ground.url + path, {
    method,
    headers: {
      Cookie: person.cookie,
      Origin: ground.url,
      "Idempotency-Key": randomUUID(),
      ...(body && { "Content-Type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status} ${await response.text()}`);
}
