/** Between client and Worker, frame by frame: what a dishonest room would do, and the frame that never arrives. */
import { createServer, type Server } from "node:http";
import WebSocket, { WebSocketServer } from "ws";

/** What becomes of each frame: the frames to pass on in its place, none to drop it. */
export interface Meddler {
  /** On the way to the client. */
  down?(frame: string, connection: Meddled): string[];
  /** On the way to the Worker. */
  up?(frame: string, connection: Meddled): string[];
}

/** The connection a frame belongs to. */
export interface Meddled {
  /** Who: the `account` of the socket's address. */
  account: string;
  /** Which room: the socket's path. */
  path: string;
  /** Says something to the client that nobody said. */
  toClient(frame: string): void;
}

export class FrameRelay {
  /** Where clients connect. */
  readonly url: string;
  readonly #server: Server;
  readonly #door: WebSocketServer;

  private constructor(server: Server, door: WebSocketServer, url: string) {
    this.#server = server;
    this.#door = door;
    this.url = url;
  }

  /** @param target the Worker's `http://host:port` */
  static async start(target: string, meddler: Meddler): Promise<FrameRelay> {
    const server = createServer((_request, response) => response.writeHead(404).end());
    const door = new WebSocketServer({ server, perMessageDeflate: false });
    door.on("connection", (near, request) => {
      const { origin, cookie } = request.headers;
      const address = new URL(request.url ?? "/", target.replace("http", "ws"));
      const headers = { ...(origin && { Origin: origin }), ...(cookie && { Cookie: cookie }) };
      const far = new WebSocket(address, { headers, perMessageDeflate: false });
      const early: string[] = [];
      const toClient = (frame: string) => near.readyState === WebSocket.OPEN && near.send(frame);
      const toWorker = (frame: string) =>
        far.readyState === WebSocket.OPEN ? far.send(frame) : early.push(frame);
      const meddled: Meddled = {
        account: address.searchParams.get("account") ?? "",
        path: address.pathname,
        toClient,
      };
      far.on("open", () => {
        for (const frame of early) far.send(frame);
      });
      far.on("message", (bytes) => {
        const text = bytes.toString();
        for (const frame of meddler.down?.(text, meddled) ?? [text]) toClient(frame);
      });
      near.on("message", (bytes) => {
        const text = bytes.toString();
        for (const frame of meddler.up?.(text, meddled) ?? [text]) toWorker(frame);
      });
      near.on("error", () => far.terminate()).on("close", () => far.terminate());
      far.on("error", () => near.terminate());
      far.on("close", (code, reason) => (isSayable(code) ? near.close(code, reason) : near.terminate()));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port: 0, host: "127.0.0.1" }, resolve);
    });
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("the relay has no port");
    return new FrameRelay(server, door, `http://127.0.0.1:${address.port}`);
  }

  async stop(): Promise<void> {
    for (const client of this.#door.clients) client.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** 1005 and 1006 say that nothing was said. */
const isSayable = (code: number): boolean => code !== 1005 && code !== 1006 && code >= 1000;
