import { PING } from "../../../party/protocol/wire.ts";
import type { PlazaEnvironment } from "../../faults/environment.ts";
import { childrenOf } from "../../harness/processes.ts";
import { type ChatServer, openWebSocket } from "../chat-server.ts";

/** The built Worker. Its rooms store on this machine's disk. */
export function plazaServer({ url, plaza }: PlazaEnvironment): ChatServer {
  return {
    name: "Plaza",
    open: async (conversation, person, hooks) => {
      const path = `${url}/parties/conversation-room/${conversation.id}?account=${person.id}`;
      const headers = { Origin: url, Cookie: person.cookie };
      const member = {
        send: (clientId: string, body: string) =>
          socket.send(JSON.stringify({ type: "message.send", clientId, body })),
        close: () => socket.terminate(),
        ping: () => socket.send(PING),
      };
      const socket = await openWebSocket(
        path,
        headers,
        (text) => text.includes('"room.welcome"'),
        (text) => {
          const frame = JSON.parse(text);
          if (frame.type === "message.created") hooks.onMessage(frame.data.clientId, member);
          else if (frame.type === "message.acked") hooks.onAck(frame.data.clientId);
          else if (frame.type === "room.error") hooks.onRefusal(frame.code);
        },
      );
      return member;
    },
    pids: () => [plaza.workerdPid(), ...childrenOf(plaza.workerdPid())],
    stop: async () => {},
  };
}
