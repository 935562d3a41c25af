/**
 * R2: the same client id, from any device and at any time, is the same message; with another body it is
 * refused.
 */

import type { SendOutcome } from "../../chat/client-outbox.ts";
import { ConversationHttp } from "../../chat/conversation-http.ts";
import { check } from "../checker.ts";
import { startEnvironment } from "../environment.ts";
import { type Row, type Settings, verdictRow } from "../scenario.ts";
import { Workload } from "../workload.ts";

const MESSAGES = 40;

export async function retries({ chatSeconds }: Settings): Promise<Row[]> {
  const environment = await startEnvironment({ people: 3, conversationSize: 3 });
  const workload = new Workload(environment);
  try {
    await workload.openAll();
    const [conversation] = environment.conversations;
    const [client, stranger] = workload.clients;
    const [person] = conversation?.people ?? [];
    if (!conversation || !client || !stranger || !person)
      throw new Error("the environment has too few people");
    const otherDevice = await workload.join(conversation, person, { name: "another device" }).open();
    const http = new ConversationHttp(environment.url, conversation.id, person);

    const count = chatSeconds < 10 ? 10 : MESSAGES;
    for (let sent = 0; sent < count; sent += 1) await client.send(workload.nextText());
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
    // Archived meanwhile. Now the same from a room without memory, and from a Worker that was killed.
    await workload.settle();
    await environment.plaza.evictRoom("ConversationRoom", conversation.id, "hibernate");
    await everyWay();
    await environment.plaza.restart();
    await workload.settle();
    await everyWay();

    await workload.settle();
    const records = await workload.records();
    return [
      {
        promise: "R2",
        what: "sends again: same socket, other device, HTTP; after storing, eviction, kill",
        goal: "the same answer, one row; other words refused",
        found: `${resent} resends, other answers ${differing}; ${refused} with other words refused as CONFLICT, not refused ${notRefused}`,
        isKept: differing === 0 && notRefused === 0,
      },
      verdictRow("R2", "the same, judged whole", check(records), workload.invalidFrames),
    ];
  } finally {
    workload.close();
    await environment.stop();
  }
}
