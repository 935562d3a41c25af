/**
 * Hosts the bare room in a workerd of its own. Started by bare-room.ts with an IPC channel; ends when that
 * breaks.
 */
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { findWorkerd } from "../../harness/find-workerd.ts";

const port = Number(process.argv[2]);
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    logRequests: false,
    unsafeLocalExplorer: false,
    unsafeObservability: false,
    workers: [
      {
        name: "bare-room",
        modules: true,
        scriptPath: fileURLToPath(new URL("./bare-room.mjs", import.meta.url)),
        compatibilityDate: "2026-10-01",
        durableObjects: { ROOM: "BareRoom" },
        unsafeDirectSockets: [{ host: "127.0.0.1", port }],
      },
    ],
  }),
);
process.on("disconnect", async () => {
  await Promise.race([runtime.dispose(), new Promise((resolve) => setTimeout(resolve, 5_000))]);
  process.exit(0);
});
await runtime.ready;
process.send?.(findWorkerd());
