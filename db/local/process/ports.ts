import { createServer } from "node:net";

const LOOPBACK = "127.0.0.1";

/** Whether nothing listens on this loopback port at this moment. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host: LOOPBACK, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

// Below the range that systems take for the near end of outgoing connections: a port from inside it can be taken by a
// client while the server behind it restarts, even by one that is calling that very port.
const OWN_PORTS = { from: 20_000, to: 32_000 };
const TRIES = 200;

/** A loopback port that is free now: the wanted one if it is, else any; throws when none is found. */
export async function freePort(wanted?: number): Promise<number> {
  if (wanted !== undefined && (await isPortFree(wanted))) return wanted;
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = OWN_PORTS.from + Math.floor(Math.random() * (OWN_PORTS.to - OWN_PORTS.from));
    if (await isPortFree(port)) return port;
  }
  throw new Error(`No free port between ${OWN_PORTS.from} and ${OWN_PORTS.to}.`);
}

/** The first free port at or above `from`; throws when 100 in a row are taken. */
export async function nextFreePort(from: number): Promise<number> {
  for (let port = from; port < from + 100; port += 1) if (await isPortFree(port)) return port;
  throw new Error(`No free port between ${from} and ${from + 99}.`);
}
