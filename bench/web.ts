/**
 * P7: the cost of a first visit. Lighthouse (mobile, its own throttling) on the signed-out landing page and
 * on a signed-in feed of the demo community, and the transferred bytes as the browser counts them.
 *
 *   npm run bench:web -- [--runs 3]
 */
import { createServer, request as forward } from "node:http";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import lighthouse from "lighthouse";
import { chromium } from "playwright-core";
import { freePort } from "../db/local/process/ports.ts";
import { seedCommunity } from "../db/seed/seed.ts";
import { launchBrowser } from "./browser/launch.ts";
import { startPlaza, TEST_AUTH_SECRET } from "./harness/plaza.ts";
import { percentile } from "./load/percentile.ts";
import { signIn } from "./load/virtual-users.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "3" } } });
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"] as const;
const KILO = 1_000;
/** The performance mark of web/src/browser/first-screen.ts. */
const FIRST_SCREEN_MARK = "first-screen";

const debugPort = await freePort();
const plaza = await startPlaza();
const edge = await startEdge(plaza.url);
const browser = await launchBrowser([`--remote-debugging-port=${debugPort}`]);
try {
  await seedCommunity(plaza.database);
  // The feed is measured as a returning reader finds it: empty cache, but the browser remembers a session.
  const shared = await chromium.connectOverCDP(`http://localhost:${debugPort}`);
  // Lighthouse opens its pages in the browser's default context, so the session hint must be stored there.
  const visit = await (shared.contexts()[0] ?? (await shared.newContext())).newPage();
  await visit.goto(`${edge.url}robots.txt`);
  await visit.evaluate(() => localStorage.clear());
  const reader = await signIn(plaza.database.serviceUrl, TEST_AUTH_SECRET, "ann");
  for (const [name, headers] of [
    ["landing, signed out", {}],
    ["feed, signed in", { Cookie: reader.cookie }],
  ] as const) {
    if ("Cookie" in headers) await visit.evaluate(() => localStorage.setItem("plaza.session", "1"));
    const runs: Figures[] = [];
    for (let run = 0; run < Number(values.runs); run += 1) {
      runs.push(await measure(headers));
    }
    const median = (pick: (run: Figures) => number) => percentile(runs.map(pick), 0.5);
    console.log(`${name} (median of ${runs.length})`);
    console.log(
      `  Lighthouse mobile   ${CATEGORIES.map((each) => `${each} ${median((run) => run.scores[each] ?? 0)}`).join("  ")}`,
    );
    console.log(
      `  LCP ${(median((run) => run.lcpMs) / KILO).toFixed(2)} s  FCP ${(median((run) => run.fcpMs) / KILO).toFixed(2)} s  TBT ${median((run) => run.tbtMs).toFixed(0)} ms  CLS ${median((run) => run.cls).toFixed(3)}`,
    );
    console.log(
      `  JavaScript ${(median((run) => run.scriptBytes) / KILO).toFixed(1)} KB gzip until the first screen, ${(median((run) => run.laterScriptBytes) / KILO).toFixed(1)} KB afterwards; all ${(median((run) => run.allBytes) / KILO).toFixed(1)} KB in ${median((run) => run.requests)} requests`,
    );
    for (const issue of runs[0]?.issues ?? []) console.log(`  - ${issue}`);
  }
} finally {
  await browser.close();
  edge.close();
  await plaza.stop();
}

interface Figures {
  scores: Record<string, number>;
  lcpMs: number;
  fcpMs: number;
  tbtMs: number;
  cls: number;
  /** JavaScript requested before the app reported its first screen. */
  scriptBytes: number;
  laterScriptBytes: number;
  allBytes: number;
  requests: number;
  issues: string[];
}

async function measure(extraHeaders: Record<string, string>): Promise<Figures> {
  edge.takeScripts();
  const result = await lighthouse(edge.url, {
    port: debugPort,
    output: "json",
    logLevel: "error",
    onlyCategories: [...CATEGORIES],
    extraHeaders,
  });
  if (!result) throw new Error("Lighthouse gave no result");
  const { audits, categories } = result.lhr;
  const value = (id: string) => audits[id]?.numericValue ?? Number.NaN;
  const details = audits["network-requests"]?.details;
  const items = (details && "items" in details ? details.items : []) as {
    url: string;
    resourceType?: string;
    transferSize?: number;
    networkRequestTime?: number;
  }[];
  const bytes = (wanted: (type: string | undefined) => boolean) =>
    items
      .filter((item) => wanted(item.resourceType))
      .reduce((sum, item) => sum + (item.transferSize ?? 0), 0);
  const timings = audits["user-timings"]?.details;
  const marks = (timings && "items" in timings ? timings.items : []) as { name: string; startTime: number }[];
  const firstScreenMs = marks.find(({ name }) => name === FIRST_SCREEN_MARK)?.startTime;
  if (firstScreenMs === undefined) throw new Error("The app did not report its first screen.");
  const isLater = (path: string) =>
    items.some(
      ({ url, networkRequestTime }) =>
        new URL(url).pathname === path && (networkRequestTime ?? 0) >= firstScreenMs,
    );
  const scripts = edge.takeScripts();
  const bytesOf = (wanted: boolean) =>
    scripts.filter(({ path }) => isLater(path) === wanted).reduce((sum, { size }) => sum + size, 0);
  return {
    scores: Object.fromEntries(
      CATEGORIES.map((each) => [each, Math.round((categories[each]?.score ?? 0) * 100)]),
    ),
    lcpMs: value("largest-contentful-paint"),
    fcpMs: value("first-contentful-paint"),
    tbtMs: value("total-blocking-time"),
    cls: value("cumulative-layout-shift"),
    scriptBytes: bytesOf(false),
    laterScriptBytes: bytesOf(true),
    allBytes: bytes(() => true),
    requests: items.length,
    issues: Object.values(audits)
      .filter(
        (audit) =>
          audit.score !== null &&
          audit.score < 0.9 &&
          CATEGORIES.some((each) =>
            categories[each]?.auditRefs.some((ref) => ref.id === audit.id && ref.weight > 0),
          ),
      )
      .map((audit) => `${audit.id}: ${audit.displayValue ?? audit.title}`),
  };
}

/**
 * A proxy that compresses with gzip, as Cloudflare's edge does and workerd on a laptop does not. Without
 * it Lighthouse would count uncompressed bytes. WebSockets pass through.
 */
async function startEdge(origin: string) {
  const port = await freePort();
  let scripts: { path: string; size: number }[] = [];
  const target = new URL(origin);
  const server = createServer((incoming, outgoing) => {
    const headers = {
      ...incoming.headers,
      host: target.host,
      ...(incoming.headers.origin ? { origin } : {}),
    };
    const request = forward(
      { host: target.hostname, port: target.port, path: incoming.url, method: incoming.method, headers },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          const plain = Buffer.concat(chunks);
          const isText = /text|javascript|json|svg|manifest/.test(answer.headers["content-type"] ?? "");
          const { "content-length": _length, "transfer-encoding": _encoding, ...rest } = answer.headers;
          if (!isText || answer.headers["content-encoding"] || plain.length < 256) {
            outgoing
              .writeHead(answer.statusCode ?? 502, { ...rest, "content-length": plain.length })
              .end(plain);
            return;
          }
          const packed = gzipSync(plain, { level: 9 });
          if (/javascript/.test(answer.headers["content-type"] ?? "")) {
            scripts.push({ path: incoming.url ?? "", size: packed.length });
          }
          outgoing
            .writeHead(answer.statusCode ?? 502, {
              ...rest,
              "content-encoding": "gzip",
              "content-length": packed.length,
            })
            .end(packed);
        });
      },
    );
    request.on("error", () => outgoing.writeHead(502).end());
    incoming.pipe(request);
  });
  server.on("upgrade", (incoming, socket, head) => {
    const headers = { ...incoming.headers, host: target.host, origin };
    const request = forward({ host: target.hostname, port: target.port, path: incoming.url, headers });
    request.on("upgrade", (answer, upstream, upstreamHead) => {
      const lines = Object.entries(answer.headers).map(([name, each]) => `${name}: ${String(each)}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`);
      if (upstreamHead.length > 0) socket.write(upstreamHead);
      if (head.length > 0) upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
      upstream.on("error", () => socket.destroy());
      socket.on("error", () => upstream.destroy());
    });
    request.on("response", () => socket.destroy());
    request.on("error", () => socket.destroy());
    request.end();
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://localhost:${port}/`,
    close: () => server.close(),
    /** The scripts served since the last call, with the size of their gzipped bodies in bytes. */
    takeScripts: () => {
      const taken = scripts;
      scripts = [];
      return taken;
    },
  };
}
