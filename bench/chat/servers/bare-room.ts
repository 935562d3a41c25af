import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { freePort } from "../../../db/local/process/ports.ts";
import { type ChatServer, openWebSocket } from "../chat-server.ts";

/** A bare Durable Object room without storage, on the same workerd. */
export async function startBareRoom(): Promise<ChatServer> {
  const port = await freePort();
  const program = fileURLToPath(new URL("./bare-room-process.ts", import.meta.url));
  const host = fork(program, [String(port)], { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
  const gone = new Promise<void>((resolve) => host.once("exit", () => resolve()));
  const workerdPid = await new Promise<number>((resolve, reject) => {
    host.once("message", (pid: number) => resolve(pid));
    host.once("exit", () => reject(new Error("the bare room did not start")));
  });
  return {
    name: "bare Durable Object",
    open: async (conversation, person, hooks) => {
      const member = {
        send: (clientId: string, body: string) => socket.send(JSON.stringify({ clientId, body })),
        close: () => socket.terminate(),
      };
      const url = `http://127.0.0.1:${port}/${conversation.id}?account=${person.id}`;
      const socket = await openWebSocket(
        url,
        {},
        (text) => text.includes('"welcome"'),
        (text) => {
          const frame = JSON.parse(text);
          if (frame.type === "message") hooks.onMessage(frame.clientId, member);
          else if (frame.type === "acked") hooks.onAck(frame.clientId);
        },
      );
      return member;
    },
    pids: () => [workerdPid],
    stop: async () => {
      if (host.connected) host.disconnect();
      await gone;
    },
  };
}
