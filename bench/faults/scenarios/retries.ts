/** R2: the same client id again, from anywhere and at any time, is the same message; with other words it is refused. */
import { ConversationHttp } from "../../chat/conversation-http.ts";
import type { SendOutcome } from "../../chat/outbox.ts";
import { check } from "../checker.ts";
import { Gathering } from "../gathering.ts";
import { startGround } from "../ground.ts";
import { type Row, type Settings, verdictRow } from "../scenario.ts";

const MESSAGES = 40;

export async function retries({ talkS }: Settings): Promise<Row[]> {
  const ground = await startGround({ people: 3, talkSize: 3 });
  const gathering = new Gathering(ground);
  try {
    await gathering.openAll();
    const [talk] = ground.talks;
    const [client, stranger] = gathering.clients;
    const [person] = talk?.people ?? [];
    if (!talk || !client || !stranger || !person) throw new Error("nobody is here");
    const otherDevice = await gathering.join(talk, person, { name: "another device" }).open();
    const http = new ConversationHttp(ground.url, talk.id, person);

    const count = talkS < 10 ? 10 : MESSAGES;
    for (let sent = 0; sent < count; sent += 1) await client.send(gathering.words());
    const first = new Map(client.acks.map(({ clientId, seq, id }) => [clientId, `${seq} ${id}`]));
    let resent = 0;
    let differing = 0;
    let refused = 0;
    let notRefused = 0;
    const resend = async (send: (clientId: string, body: string) => Promise<SendOutcome>) => {
      for (const { clientId, body } of client.intents) {
        const same = await send(clientId, body);
        resent += 1;
        if (!same.ok || `${same.ack.seq} ${same.ack.id}` !== first.get(clientId)) differing += 1;
        const other = await send(clientId, `${body}, on second thought`);
        if (!other.ok && other.code === "CONFLICT") refused += 1;
        else notRefused += 1;
      }
    };
    const everyWay = async () => {
      await resend((clientId, body) => client.sendAs(clientId, body));
      await resend((clientId, body) => otherDevice.sendAs(clientId, body));
      await resend((clientId, body) => http.send(clientId, body));
    };
    await everyWay();
    // Stored meanwhile; now from a room that remembers nothing, and from a Worker that was killed.
    await gathering.settle();
    await ground.plaza.evictRoom("ConversationRoom", talk.id, "hibernate");
    await everyWay();
    await ground.plaza.restart();
    await gathering.settle();
    await everyWay();

    await gathering.settle();
    const records = await gathering.records();
    return [
      {
        promise: "R2",
        what: "sends again: same socket, other device, HTTP; after storing, eviction, kill",
        goal: "the same answer, one row; other words refused",
        found: `${resent} resends, other answers ${differing}; ${refused} with other words refused as CONFLICT, not refused ${notRefused}`,
        isKept: differing === 0 && notRefused === 0,
      },
      verdictRow("R2", "the same, judged whole", check(records), gathering.strange),
    ];
  } finally {
    gathering.close();
    await ground.stop();
  }
}
