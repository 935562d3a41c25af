import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFileLoadingAllowed, resolveConfig } from "vite";
import { expect, onTestFinished, test } from "vitest";
import { DENIED_FILES, guardUpgrades, isClosed, localGuard } from "./local-guard.plugin.ts";

const ROOT = "/checkout";
const config = resolveConfig(
  { configFile: false, root: `${ROOT}/web`, server: { fs: { deny: DENIED_FILES, allow: [ROOT] } } },
  "serve",
);

test.each([
  ".plaza/secrets.json",
  ".plaza/database.json",
  ".plaza/state/v3/do/x.sqlite",
  ".dev.vars",
  ".dev.vars.production",
  "dist/plaza/.dev.vars",
  ".env",
  ".env.local",
  ".git/config",
  ".npmrc",
  ".wrangler/state/x",
  "server.key",
])("Vite does not serve %s", async (file) => {
  expect(isFileLoadingAllowed(await config, `${ROOT}/${file}`)).toBe(false);
});

test.each(["web/src/main.tsx", "node_modules/.vite/deps/react.js", "party/protocol/limits.ts"])(
  "Vite serves %s",
  async (file) => {
    expect(isFileLoadingAllowed(await config, `${ROOT}/${file}`)).toBe(true);
  },
);

test.each([
  ["/cdn-cgi/explorer", false, true],
  ["/cdn-cgi/explorer/api/x?y=1", false, true],
  ["/CDN-CGI/explorer", false, true],
  ["/%63dn-cgi/explorer", false, true],
  ["//cdn-cgi/explorer", false, true],
  ["/x/../cdn-cgi/explorer", false, true],
  ["/./cdn-cgi/x", false, true],
  ["/./cdn-cgi/x", true, true],
  ["/x/%2e%2e/cdn-cgi/explorer", false, true],
  ["/x%2f..%2fcdn-cgi/explorer", false, true],
  ["/%2563dn-cgi/explorer", false, true],
  ["/cdn-cgi%2fexplorer", false, true],
  ["/%63dn-cgi/explorer/%ff", false, true],
  ["/\\cdn-cgi/explorer", false, true],
  ["/cdn-cgi/local/../explorer", false, true],
  ["/cdn-cgi/explorer/..%2flocal/scheduled", false, true],
  ["http://localhost:5173/cdn-cgi/explorer", false, true],
  ["http://localhost:5173/x/../cdn-cgi/x", true, true],
  ["HTTP://localhost/%63dn-cgi/x", true, true],
  ["http://localhost:5173/api/me", false, false],
  ["/", false, false],
  ["*", false, false],
  ["/cdn-cgi/local/scheduled?cron=*", false, false],
  ["/cdn-cgi/local/scheduled", true, true],
  ["/cdn-cgi/x", true, true],
  ["/parties/user-room/me", true, false],
  ["/api/me?x=/cdn-cgi/", false, false],
])("%s (upgrade: %s) is closed: %s", (url, isUpgrade, closed) => {
  expect(isClosed(url, isUpgrade)).toBe(closed);
});

test("an upgrade of a closed address is answered with 404 and reaches no other listener", async () => {
  const server = createServer();
  const reached: (string | undefined)[] = [];
  guardUpgrades(server);
  server.on("upgrade", (request, socket) => {
    reached.push(request.url);
    socket.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const ask = (path: string) =>
    new Promise<string>((resolve) => {
      const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
      let answer = "";
      socket.on("data", (data) => {
        answer += data;
      });
      socket.on("close", () => resolve(answer));
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      );
    });
  for (const target of ["/cdn-cgi/x", "/./cdn-cgi/x", "http://localhost/x/../cdn-cgi/x"])
    expect(await ask(target)).toMatch(/^HTTP\/1\.1 404 /);
  await ask("/parties/user-room/me");
  expect(reached).toEqual(["/parties/user-room/me"]);
});

test("a build writes its copy of the variables for its owner alone, instead of the bundler", async () => {
  const dir = await mkdtemp(join(tmpdir(), "plaza-guard-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const file = join(dir, "dist", ".dev.vars");
  const bundle = { ".dev.vars": { type: "asset", source: "AUTH_SECRET=x" }, "index.js": { type: "chunk" } };
  const { generateBundle } = localGuard(file);
  if (typeof generateBundle !== "object") throw new Error("generateBundle has no order");
  await Reflect.apply(generateBundle.handler, undefined, [{}, bundle]);
  expect(Object.keys(bundle)).toEqual(["index.js"]);
  expect([(await stat(file)).mode & 0o777, await readFile(file, "utf8")]).toEqual([0o600, "AUTH_SECRET=x"]);
});

test("after a build only the owner can read the copied variables", async () => {
  const dir = await mkdtemp(join(tmpdir(), "plaza-guard-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  const file = join(dir, ".dev.vars");
  await writeFile(file, "AUTH_SECRET=x");
  await chmod(file, 0o644);
  const { closeBundle } = localGuard(file);
  if (typeof closeBundle !== "object") throw new Error("closeBundle has no order");
  await Reflect.apply(closeBundle.handler, undefined, []);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});
