/**
 * Socket.IO 4 with Redis and Postgres, from ./socketio. The client speaks Engine.IO 4 directly and is as
 * thin as Plaza's.
 */
import { type ChildProcess, execFileSync, fork, spawn, spawnSync } from "node:child_process";
import { cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { withClient } from "../../../db/local/postgres/roles.ts";
import { LOCAL_STATE_DIR } from "../../../db/local/process/paths.ts";
import { freePort } from "../../../db/local/process/ports.ts";
import { startWatchdog } from "../../../db/local/process/watchdog.ts";
import type { PlazaEnvironment } from "../../faults/environment.ts";
import { TEST_AUTH_SECRET } from "../../harness/plaza.ts";
import { type ChatServer, openWebSocket } from "../chat-server.ts";

const SOURCE = fileURLToPath(new URL("./socketio/", import.meta.url));
const HOME = join(LOCAL_STATE_DIR, "bench", "socketio");
const REDIS_TRIES = 100;

/** Null when there is no redis-server; the reason is printed. */
export async function startSocketIo(environment: PlazaEnvironment): Promise<ChatServer | null> {
  if (spawnSync("redis-server", ["--version"]).error) {
    console.log("Socket.IO is left out: no redis-server on the PATH (apt-get install redis-server).");
    return null;
  }
  await install();
  const { server } = environment.plaza;
  if (!server) throw new Error("the environment has a database server of its own");
  const database = await server.createDatabase({ isEmpty: true });
  await fill(database.ownerUrl, environment);
  const redis = await startRedis();
  const port = await freePort();
  const node = fork(join(HOME, "server.mjs"), {
    cwd: HOME,
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: {
      ...process.env,
      ...{ DATABASE_URL: database.ownerUrl, REDIS_PORT: String(redis.port), AUTH_SECRET: TEST_AUTH_SECRET },
      PORT: String(port),
    },
  });
  const gone = new Promise<void>((resolve) => node.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    node.once("message", () => resolve());
    node.once("exit", () => reject(new Error("the Socket.IO server did not start")));
  });
  return {
    name: "Socket.IO + Redis + Postgres",
    open: async (conversation, person, hooks) => {
      const acks = new Map<number, string>();
      let sent = 0;
      const member = {
        send: (clientId: string, body: string) => {
          sent += 1;
          acks.set(sent, clientId);
          socket.send(`42${sent}${JSON.stringify(["send", { clientId, body }])}`);
        },
        close: () => socket.terminate(),
      };
      const url = `http://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket&conversation=${conversation.id}`;
      const socket = await openWebSocket(
        url,
        { Cookie: person.cookie },
        (text) => text.startsWith("40"),
        (text, raw) => {
          // Engine.IO 4 packet types: 0 open, 2 ping, 3 pong, 4 message. Socket.IO types inside a message: 0
          // connect, 2 event, 3 acknowledgement.
          if (text.startsWith("42")) hooks.onMessage(JSON.parse(text.slice(2))[1].clientId, member);
          else if (text.startsWith("43")) {
            const at = text.indexOf("[");
            const [answer] = JSON.parse(text.slice(at));
            if (answer.code) hooks.onRefusal(answer.code);
            else hooks.onAck(answer.clientId);
          } else if (text === "2") raw.send("3");
          else if (text.startsWith("0")) raw.send("40");
          else if (text.startsWith("44")) raw.terminate();
        },
      );
      return member;
    },
    pids: () => [node.pid ?? 0, redis.pid],
    stop: async () => {
      if (node.connected) node.disconnect();
      await gone;
      await redis.stop();
      await database.drop();
    },
  };
}

/**
 * Installs Socket.IO into an ignored folder, once, so that developers who do not run this bench do not
 * carry it.
 */
async function install(): Promise<void> {
  await mkdir(HOME, { recursive: true });
  const wanted = await readFile(join(SOURCE, "package.json"), "utf8");
  const found = await readFile(join(HOME, "package.json"), "utf8").catch(() => "");
  await cp(SOURCE, HOME, { recursive: true });
  const hasModules = spawnSync(process.execPath, ["-e", "import('socket.io')"], { cwd: HOME }).status === 0;
  if (wanted === found && hasModules) return;
  console.log("installing the Socket.IO server into .plaza/bench ...");
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: HOME,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** Creates the same people, sessions and conversations as Plaza has. */
async function fill(url: string, environment: PlazaEnvironment): Promise<void> {
  const sessions = environment.users.map(({ id, cookie }) => {
    const signed = decodeURIComponent(cookie.slice(cookie.indexOf("=") + 1));
    return { id, token: signed.slice(0, signed.lastIndexOf(".")) };
  });
  const members = environment.conversations.flatMap(({ id, people }) =>
    people.map((person) => ({ conversation: id, person: person.id })),
  );
  await withClient(url, async (client) => {
    await client.query(await readFile(join(SOURCE, "schema.sql"), "utf8"));
    await client.query(
      `insert into sessions select token, id, now() + interval '1 day'
       from jsonb_to_recordset($1::jsonb) as s (id uuid, token text)`,
      [JSON.stringify(sessions)],
    );
    await client.query(
      "insert into conversations (id) select id from jsonb_to_recordset($1::jsonb) as t (id uuid)",
      [JSON.stringify(environment.conversations.map(({ id }) => ({ id })))],
    );
    await client.query(
      "insert into participants select conversation, person from jsonb_to_recordset($1::jsonb) as m (conversation uuid, person uuid)",
      [JSON.stringify(members)],
    );
    await client.query("analyze");
  });
}

async function startRedis(): Promise<{ port: number; pid: number; stop(): Promise<void> }> {
  const port = await freePort();
  const flags = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const redis: ChildProcess = spawn("redis-server", flags, { stdio: "ignore", cwd: "/tmp" });
  const pid = redis.pid ?? 0;
  const dismiss = startWatchdog(pid, "TERM");
  const gone = new Promise<void>((resolve) => redis.once("exit", () => resolve()));
  for (
    let tried = 0;
    spawnSync("redis-cli", ["-p", String(port), "ping"])
      .stdout?.toString()
      .trim() !== "PONG";
    tried += 1
  ) {
    if (tried > REDIS_TRIES || redis.exitCode !== null) throw new Error("redis-server did not start");
    await sleep(50);
  }
  const stop = async () => {
    redis.kill("SIGTERM");
    await gone;
    dismiss();
  };
  return { port, pid, stop };
}
