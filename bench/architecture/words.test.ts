/** Names use the field's standard terms. These words belong to a private vocabulary that was retired. */
import { expect, test } from "vitest";
import { allFiles, readSource } from "./source-files.ts";

/** Each retired word stands beside the term to use. */
const RETIRED: Readonly<Record<string, string>> = {
  afar: "elsewhere",
  afterwork: "job scheduler",
  allowance: "token bucket",
  book: "directory",
  bury: "redact",
  buried: "redacted",
  circle: "visibility (of people), cycle (of imports)",
  circles: "visibility (of people), cycles (of imports)",
  deed: "action, command, permission",
  deeds: "actions, commands, permissions",
  departures: "pending unsubscribes",
  door: "gateway, entry point, route",
  doors: "gateway, entry points, routes",
  dues: "jobs",
  floor: "conversation core; for a log, trimmed through",
  gathering: "workload",
  ground: "environment",
  hear: "receive, on...",
  heard: "received",
  hears: "receives",
  hurry: "flush",
  keepsake: "secret",
  medley: "combined",
  moved: "changed, advanced",
  numbers: "member state, counts",
  owe: "mark dirty",
  owed: "dirty",
  owing: "dirty",
  planted: "seeded",
  plants: "seeded faults",
  rig: "dev stack, test environment",
  said: "sent, printed",
  scene: "fixture, test database",
  seat: "add a member",
  seats: "memberships",
  talk: "conversation",
  talks: "conversations",
  tell: "publish, notify",
  teller: "publisher",
  tells: "publishes, notifies",
  told: "published, notified, acknowledged",
  touched: "member state changed",
  veil: "visibility",
  veiled: "hidden",
  whom: "recipients, subjects",
};
/** Two words in a row, as in `readAway` or `front-door`. */
const RETIRED_PAIRS: Readonly<Record<string, string>> = {
  "read away": "drain the body",
  "own origin": "same-origin",
  "front door": "app port",
  "wake by": "job scheduler",
};
/** Names of others: the platform's, a library's, CSS's. */
const OTHERS = new Set([
  "Math.floor",
  "touchAction",
  "onTouchStart",
  "onTouchEnd",
  "onTouchMove",
  "onTouchCancel",
]);

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());

/** The retired words in a name, each with the term to use instead. */
function retiredIn(name: string): string[] {
  const words = wordsOf(name);
  const pairs = words.slice(1).map((word, at) => `${words[at]} ${word}`);
  return [
    ...words.filter((word) => Object.hasOwn(RETIRED, word)).map((word) => `${word} (say ${RETIRED[word]})`),
    ...pairs
      .filter((pair) => Object.hasOwn(RETIRED_PAIRS, pair))
      .map((pair) => `${pair} (say ${RETIRED_PAIRS[pair]})`),
  ];
}

const COMMENTS_AND_TEXTS = {
  code: /\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g,
  sql: /--.*|'(?:[^']|'')*'/g,
} as const;

const PACKAGE_IMPORT = /import\s+(?:type\s+)?\{(?<names>[^}]*)\}\s*from\s*"(?!\.)[^"]*"/g;

/** The identifiers of a source file, without comments, texts and the names that packages export. */
function identifiersOf(path: string, source: string): Set<string> {
  const imported = [...source.matchAll(PACKAGE_IMPORT)].flatMap(
    ({ groups }) => groups?.names?.match(/[\w$]+/g) ?? [],
  );
  const code = source
    .replaceAll(COMMENTS_AND_TEXTS[path.endsWith(".sql") ? "sql" : "code"], " ")
    // In a template only what is inside of ${} is code.
    .replaceAll(/`(?:[^`\\]|\\.)*`/g, (text) =>
      [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, code]) => code).join(" "),
    );
  const names = new Set(code.match(/\b(?:Math\.)?[A-Za-z_$][\w$]*/g) ?? []);
  return new Set([...names].filter((name) => !imported.includes(name)));
}

const sources = allFiles.filter(
  (path) => /\.(?:tsx?|mjs|sql)$/.test(path) && !path.endsWith("/words.test.ts"),
);

test("no file or folder is named with a retired word", () => {
  const wrong = allFiles.flatMap((path) => retiredIn(path).map((why) => `${path}: ${why}`));
  expect(wrong).toEqual([]);
});

test("no identifier is made of a retired word", () => {
  const wrong = sources.flatMap((path) =>
    [...identifiersOf(path, readSource(path))]
      .filter((name) => !OTHERS.has(name))
      .flatMap((name) => retiredIn(name).map((why) => `${path}: ${name}: ${why}`)),
  );
  expect(wrong).toEqual([]);
});

test("the check sees words inside names, and none in comments, texts and longer words", () => {
  const source = [
    "// the teller told everybody",
    'const label = "a talk"; /* deeds */',
    'import { MessageCircle } from "icons";',
    "export function tellEveryone(storyteller: string) { return readAway(storyteller, MessageCircle); }",
    `const text = \`who said \${told}\`;`,
  ].join("\n");
  const found = [...identifiersOf("x.ts", source)].filter((name) => retiredIn(name).length > 0);
  expect(found).toEqual(["tellEveryone", "readAway", "told"]);
  expect([...identifiersOf("x.sql", "-- told\nselect app.chats_told('talk');")]).toContain("chats_told");
});
