import { createServer } from "node:net";

const LOOPBACK = "127.0.0.1";

/** Whether no process listens on this loopback port now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host: LOOPBACK, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

// Below the ephemeral port range of common systems. The operating system may give a port of that range to an
// outgoing connection while the server that used it restarts.
const PORT_RANGE = { from: 20_000, to: 32_000 };
const MAX_ATTEMPTS = 200;

/** Returns `wanted` if that loopback port is free, else a random free port. Throws when none is found. */
export async function freePort(wanted?: number): Promise<number> {
  if (wanted !== undefined && (await isPortFree(wanted))) return wanted;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const port = PORT_RANGE.from + Math.floor(Math.random() * (PORT_RANGE.to - PORT_RANGE.from));
    if (await isPortFree(port)) return port;
  }
  throw new Error(`No free port between ${PORT_RANGE.from} and ${PORT_RANGE.to}.`);
}

/** The first free port at or above `from`; throws when 100 in a row are taken. */
export async function nextFreePort(from: number): Promise<number> {
  for (let port = from; port < from + 100; port += 1) if (await isPortFree(port)) return port;
  throw new Error(`No free port between ${from} and ${from + 99}.`);
}
