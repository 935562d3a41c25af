import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT_ROOT } from "../../db/local/process/paths.ts";

const BIOME = `${PROJECT_ROOT}node_modules/@biomejs/biome/bin/biome`;

/** Lints a source file at this path in an otherwise empty repository. Returns whether an import is refused. */
function isRefused(place: string, source: string): boolean {
  const house = mkdtempSync(join(tmpdir(), "plaza-house-"));
  try {
    mkdirSync(join(house, dirname(place)), { recursive: true });
    writeFileSync(join(house, place), source);
    copyFileSync(`${PROJECT_ROOT}biome.json`, join(house, "biome.json"));
    const args = [BIOME, "lint", "--vcs-enabled=false", "--only=style/noRestrictedImports", place];
    const run = spawnSync(process.execPath, args, { cwd: house, encoding: "utf8" });
    if (run.status !== 0 && !run.stderr.includes("noRestrictedImports")) throw new Error(run.stderr);
    return run.status !== 0;
  } finally {
    rmSync(house, { recursive: true });
  }
}

const forbidden = (from: string) => `import { something } from "${from}";\n\nsomething();\n`;

test.each([
  ["db/reads/forbidden.ts", "../../workers/app.ts"],
  ["db/writes/forbidden.ts", "../../party/protocol/envelope.ts"],
  ["db/forbidden.ts", "../web/src/main.tsx"],
  ["party/rooms/forbidden.ts", "../../workers/services/posts.service.ts"],
  ["party/outbox/forbidden.ts", "../../web/src/main.tsx"],
  ["party/protocol/forbidden.ts", "../rooms/user.room.ts"],
  ["party/protocol/forbidden.ts", "../../db/client/client.ts"],
  ["workers/routes/forbidden.ts", "../../party/rooms/user/user.room.ts"],
  ["workers/services/forbidden.ts", "../../party/rooms/user/user.room.ts"],
  ["workers/services/forbidden.ts", "hono"],
  ["workers/services/forbidden.ts", "hono/http-exception"],
  ["workers/crons/forbidden.ts", "../../db/seed/seed.ts"],
  ["web/src/features/posts/forbidden.ts", "../../../../db/reads/posts.reads.ts"],
  ["web/src/features/posts/forbidden.ts", "../../../../workers/services/posts.service.ts"],
  ["web/src/features/posts/forbidden.tsx", "../../../../party/rooms/post/post.room.ts"],
  ["web/src/api/client.ts", "../../../workers/services/posts.service.ts"],
])("%s may not import %s", (place, from) => {
  expect(isRefused(place, forbidden(from))).toBe(true);
});

test.each([
  ["party/rooms/forbidden.ts", "../../db/client/client.ts"],
  ["party/protocol/forbidden.ts", "../../db/views/post.view.ts"],
  ["workers/routes/forbidden.ts", "../services/posts.service.ts"],
  ["workers/services/forbidden.ts", "../../party/outbox/deliver.ts"],
  ["workers/index.ts", "../party/rooms/user/user.room.ts"],
  ["web/src/features/posts/forbidden.ts", "../../../../party/protocol/envelope.ts"],
])("%s may import %s", (place, from) => {
  expect(isRefused(place, forbidden(from))).toBe(false);
});

test("the web may import one type of the server", () => {
  const from = "../../../workers/app.ts";
  expect(
    isRefused("web/src/api/client.ts", `import type { AppType } from "${from}";\nexport type A = AppType;\n`),
  ).toBe(false);
  expect(isRefused("web/src/api/client.ts", `import { app } from "${from}";\n\napp();\n`)).toBe(true);
});
