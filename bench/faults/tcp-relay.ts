/** A TCP relay between clients and the Worker that can stall, slow down and cut connections. */
import { connect, createServer, type Server, type Socket } from "node:net";

const SLOW_TICK_MS = 1_000;

/** One connection through the relay. `near` is the client's side. */
export class RelayedConnection {
  readonly #near: Socket;
  readonly #far: Socket;
  #cutAfter: { direction: "up" | "down"; bytes: number } | null = null;

  constructor(near: Socket, far: Socket) {
    this.#near = near;
    this.#far = far;
    near.on("error", () => far.destroy()).on("close", () => far.destroy());
    far.on("error", () => near.destroy()).on("close", () => near.destroy());
    near.on("data", (bytes) => this.#pass("up", far, bytes));
    far.on("data", (bytes) => this.#pass("down", near, bytes));
  }

  get isOpen(): boolean {
    return !this.#near.destroyed;
  }

  /** Resets both ends at once. */
  cut(): void {
    this.#near.resetAndDestroy();
    this.#far.resetAndDestroy();
  }

  /**
   * Cuts in the middle: forwards this many more bytes in this direction (`up` is towards the Worker), then
   * resets.
   */
  cutAfter(direction: "up" | "down", bytes: number): void {
    this.#cutAfter = { direction, bytes };
  }

  /** Forwards nothing and closes nothing, as in a train tunnel. */
  stall(): void {
    this.#near.pause();
    this.#far.pause();
  }

  unstall(): void {
    this.#near.resume();
    this.#far.resume();
  }

  /** From now on the client reads this slowly, so that the Worker's send buffer fills. */
  slow(bytesPerSecond: number): void {
    this.#far.removeAllListeners("data");
    this.#far.pause();
    const timer = setInterval(() => {
      const bytes: Buffer | null = this.#far.read(bytesPerSecond);
      if (bytes) this.#near.write(bytes);
    }, SLOW_TICK_MS);
    // A paused stream that is read by hand needs a listener for "readable".
    this.#far.on("readable", () => {});
    this.#far.once("close", () => clearInterval(timer));
  }

  #pass(direction: "up" | "down", to: Socket, bytes: Buffer): void {
    const limit = this.#cutAfter;
    if (limit?.direction !== direction || bytes.length < limit.bytes) {
      if (limit?.direction === direction) limit.bytes -= bytes.length;
      to.write(bytes);
      return;
    }
    // Flushes the bytes that are to arrive before both ends are closed.
    to.end(bytes.subarray(0, limit.bytes), () => this.cut());
  }
}

export class TcpRelay {
  /** The address that clients connect to: `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly connections = new Set<RelayedConnection>();
  readonly #server: Server;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** @param target the Worker's `http://host:port` */
  static async start(target: string): Promise<TcpRelay> {
    const { port } = new URL(target);
    const open: { relay?: TcpRelay } = {};
    const server = createServer({ noDelay: true }, (near) => {
      const far = connect({ host: "127.0.0.1", port: Number(port), noDelay: true });
      const connection = new RelayedConnection(near, far);
      open.relay?.connections.add(connection);
      near.once("close", () => open.relay?.connections.delete(connection));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port: 0, host: "127.0.0.1" }, resolve);
    });
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("the relay has no port");
    open.relay = new TcpRelay(server, `http://127.0.0.1:${address.port}`);
    return open.relay;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const connection of this.connections) connection.cut();
    await closed;
  }
}
