/**
 * A relay between clients and the Worker that changes single frames, to simulate a faulty room or a lost
 * frame.
 */
import { createServer, type Server } from "node:http";
import WebSocket, { WebSocketServer } from "ws";

/** Decides what happens to each frame: returns the frames to forward in its place, none to drop it. */
export interface FrameHandler {
  /** On the way to the client. */
  down?(frame: string, connection: FrameConnection): string[];
  /** On the way to the Worker. */
  up?(frame: string, connection: FrameConnection): string[];
}

/** The connection that a frame belongs to. */
export interface FrameConnection {
  /** The account: `account` of the socket's address. */
  account: string;
  /** The room: the socket's path. */
  path: string;
  /** Sends the client a frame that the Worker did not send. */
  toClient(frame: string): void;
}

export class FrameRelay {
  /** The address that clients connect to. */
  readonly url: string;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;

  private constructor(server: Server, webSocketServer: WebSocketServer, url: string) {
    this.#server = server;
    this.#sockets = webSocketServer;
    this.url = url;
  }

  /** @param target the Worker's `http://host:port` */
  static async start(target: string, handler: FrameHandler): Promise<FrameRelay> {
    const server = createServer((_request, response) => response.writeHead(404).end());
    const webSocketServer = new WebSocketServer({ server, perMessageDeflate: false });
    webSocketServer.on("connection", (near, request) => {
      const { origin, cookie } = request.headers;
      const address = new URL(request.url ?? "/", target.replace("http", "ws"));
      const headers = { ...(origin && { Origin: origin }), ...(cookie && { Cookie: cookie }) };
      const far = new WebSocket(address, { headers, perMessageDeflate: false });
      const early: string[] = [];
      const toClient = (frame: string) => near.readyState === WebSocket.OPEN && near.send(frame);
      const toWorker = (frame: string) =>
        far.readyState === WebSocket.OPEN ? far.send(frame) : early.push(frame);
      const connection: FrameConnection = {
        account: address.searchParams.get("account") ?? "",
        path: address.pathname,
        toClient,
      };
      far.on("open", () => {
        for (const frame of early) far.send(frame);
      });
      far.on("message", (bytes) => {
        const text = bytes.toString();
        for (const frame of handler.down?.(text, connection) ?? [text]) toClient(frame);
      });
      near.on("message", (bytes) => {
        const text = bytes.toString();
        for (const frame of handler.up?.(text, connection) ?? [text]) toWorker(frame);
      });
      near.on("error", () => far.terminate()).on("close", () => far.terminate());
      far.on("error", () => near.terminate());
      far.on("close", (code, reason) => (isSendableCode(code) ? near.close(code, reason) : near.terminate()));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port: 0, host: "127.0.0.1" }, resolve);
    });
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("the relay has no port");
    return new FrameRelay(server, webSocketServer, `http://127.0.0.1:${address.port}`);
  }

  async stop(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Close codes 1005 and 1006 mean that no code was sent. */
const isSendableCode = (code: number): boolean => code !== 1005 && code !== 1006 && code >= 1000;
