/** docs/privacy.md says what anybody can learn about anybody: its table is compared with the answers of the Worker. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { setRelation, writePost } from "../../bench/testing/api-actions.ts";
import {
  asPerson,
  type Client,
  newPerson,
  nobody,
  type Person,
  serviceRows,
} from "../../bench/testing/api-clients.ts";
import { openSocket, USER_ROOM } from "../../bench/testing/sockets.ts";

const documented = readFileSync(new URL("../../docs/privacy.md", import.meta.url), "utf8");
/** The cells of the table, without its head and the line below it. */
const [head = [], , ...lines] = documented
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const relations = head.slice(1);

type Viewer = { client: Client; person: Person | null };
/** Whether the viewer learns it. */
type Fact = (viewer: Viewer, ann: Person) => Promise<boolean>;

const answers =
  (path: (ann: Person) => string): Fact =>
  async ({ client }, ann) =>
    (await client.get(path(ann))).status === 200;
const presence = async ({ client }: Viewer, ann: Person) =>
  Object(Object((await client.post("/api/presence/query", { ids: [ann.id] })).body)[ann.id]);
/** Everything that these addresses answer about Ann, as one text. */
const everything = async ({ client }: Viewer, ann: Person) => {
  const profile = `/api/profiles/${ann.handle}`;
  const texts = ["", "/posts", "/followers", "/following"].map(
    async (end) => (await client.get(profile + end)).text,
  );
  const found = ["/api/feeds/latest?limit=100", "/api/search/people?q=Ann", "/api/search/handles?prefix=p"];
  return (await Promise.all([...texts, ...found.map(async (path) => (await client.get(path)).text)])).join(
    "\n",
  );
};
const says =
  (what: RegExp | ((ann: Person) => string)): Fact =>
  async (viewer, ann) => {
    const text = await everything(viewer, ann);
    return typeof what === "function" ? text.includes(what(ann)) : what.test(text);
  };

const facts: Record<string, Fact> = {
  "her profile": answers((ann) => `/api/profiles/${ann.handle}`),
  "her public posts": async ({ client }, ann) =>
    (await client.get(`/api/profiles/${ann.handle}/posts`)).text.includes("Ann's public post"),
  "whom she follows": answers((ann) => `/api/profiles/${ann.handle}/following`),
  "whether she is online": async (viewer, ann) => (await presence(viewer, ann)).isOnline === true,
  // Asked for while she is offline: see below.
  "when she was last online": async (viewer, ann) =>
    typeof (await presence(viewer, ann)).lastSeenAt === "string",
  "that she shares an area": async ({ client }, ann) => {
    const { text } = await client.put("/api/nearby", { cell: "u9d6e" });
    return text.includes(ann.id);
  },
  "her email": says((ann) => ann.email),
  "her date of birth": says(/1990-05-17|birthDate/),
  "her language": says(/"language"|"audience"|"capabilities"/),
  "whom she blocked": says(/Blocked One/),
};

async function viewerOf(relation: string, ann: Person): Promise<Viewer> {
  if (relation === "nobody signed in") return { client: nobody(), person: null };
  const person = await newPerson(relation);
  if (relation === "follower" || relation === "mutual") await setRelation(person, "follow", ann);
  if (relation === "mutual") await setRelation(ann, "follow", person);
  if (relation === "blocked by Ann") await setRelation(ann, "block", person);
  await openSocket(person, USER_ROOM);
  return { client: asPerson(person), person };
}

test.each(lines.map((cells) => [cells[0] ?? "", cells.slice(1)] as const))("%s", async (about, expected) => {
  const name = Object.keys(facts).find((each) => about.startsWith(each));
  const fact = facts[name ?? ""];
  if (!fact) throw new Error("the table has a row that no test asks for");
  const ann = await newPerson("Ann");
  // The settings of a new account: newPerson() opens presence to everyone for other tests.
  await serviceRows("update user_settings set presence_audience = default where user_id = $1", [ann.id]);
  await writePost(ann, { body: "Ann's public post" });
  const [blocked] = [await newPerson("Blocked One")];
  await setRelation(ann, "block", blocked);
  const socket = await openSocket(ann, USER_ROOM);
  await asPerson(ann).put("/api/nearby", { cell: "u9d6e" });
  const viewers = await Promise.all(relations.map((relation) => viewerOf(relation, ann)));
  const mutual = viewers[relations.indexOf("mutual")];
  if (!mutual) throw new Error("the table has no column for mutuals");
  await expect.poll(async () => (await presence(mutual, ann)).isOnline).toBe(true);
  if (name === "when she was last online") {
    await socket.close();
    await expect.poll(async () => (await presence(mutual, ann)).isOnline, { timeout: 20_000 }).toBe(false);
  }
  const learnt: string[] = [];
  for (const viewer of viewers) learnt.push((await fact(viewer, ann)) ? "yes" : "no");
  expect(Object.fromEntries(relations.map((relation, at) => [relation, learnt[at]]))).toEqual(
    Object.fromEntries(relations.map((relation, at) => [relation, expected[at]])),
  );
});

test("every row of the table is asked for, and every question has a row", () => {
  expect(relations).toEqual(["nobody signed in", "stranger", "follower", "mutual", "blocked by Ann"]);
  const asked = Object.keys(facts).filter((name) => lines.some(([about]) => about?.startsWith(name)));
  expect([asked.length, lines.length]).toEqual([Object.keys(facts).length, Object.keys(facts).length]);
});
