/** Where fault runs take place: a Plaza of their own, a crowd, and conversations among it. */
import { uuidv7 } from "uuidv7";
import { onDatabase, withClient } from "../../db/local/postgres/roles.ts";
import { type PlazaOptions, type RunningPlaza, startPlaza, TEST_AUTH_SECRET } from "../harness/plaza.ts";
import { makeCrowd, type Person } from "../load/crowd.ts";
import type { SeenMessage } from "./record.ts";

/** A conversation and its people, the first of them its admin. */
export interface Talk {
  id: string;
  people: Pick<Person, "id" | "cookie">[];
}

export interface Ground {
  /** The Worker. */
  url: string;
  talks: Talk[];
  /** A conversation's archive, in order. */
  rows(talkId: string): Promise<SeenMessage[]>;
  /** How many messages the archive has of these conversations together. */
  stored(talkIds: readonly string[]): Promise<number>;
}

/** A part of a ground, for a run of its own among others. */
export const partOf = (ground: Ground, from: number, to: number): Ground => ({
  ...ground,
  talks: ground.talks.slice(from, to),
});

export interface PlazaGround extends Ground {
  plaza: RunningPlaza;
  crowd: Person[];
  stop(): Promise<void>;
}

export type GroundWish = {
  people: number;
  /** People in each conversation; nobody is in two, unless `overlap` says in how many. */
  talkSize: number;
  overlap?: number;
  plaza?: PlazaOptions;
};

const running = new Set<PlazaGround>();

/** Ends every ground that is still there: for whoever is interrupted. */
export async function stopGrounds(): Promise<void> {
  for (const ground of running) await ground.stop();
}

/** A built Worker in its own workerd with its own database, and people who are in conversations already. */
export async function startGround({
  people,
  talkSize,
  overlap = 1,
  plaza: wish,
}: GroundWish): Promise<PlazaGround> {
  const plaza = await startPlaza({ rateLimitFactor: 100_000, ...wish });
  try {
    const { server } = plaza;
    if (!server) throw new Error("a ground has a database server of its own");
    const crowd = await makeCrowd(plaza.database.serviceUrl, TEST_AUTH_SECRET, people);
    const superuserUrl = onDatabase(server.superuserUrl, "plaza");
    const talks = groupsOf(crowd, talkSize, overlap);
    await storeTalks(superuserUrl, talks);
    const ground: PlazaGround = {
      url: plaza.url,
      plaza,
      crowd,
      talks,
      rows: (talkId) =>
        withClient(superuserUrl, async (client) => {
          const found = await client.query<SeenMessage>(
            `select seq::int as seq, id, kind, client_id as "clientId", sender_id as "senderId", content as body
             from messages where conversation_id = $1 order by seq`,
            [talkId],
          );
          return found.rows;
        }),
      stored: (talkIds) =>
        withClient(superuserUrl, async (client) => {
          const found = await client.query<{ count: number }>(
            "select count(*)::int as count from messages where conversation_id = any ($1)",
            [talkIds],
          );
          return found.rows[0]?.count ?? 0;
        }),
      stop: async () => {
        running.delete(ground);
        await plaza.stop();
      },
    };
    running.add(ground);
    return ground;
  } catch (error) {
    await plaza.stop();
    throw error;
  }
}

/** Neighbours talk; with an overlap each next round begins a place further, so that people meet others. */
function groupsOf(crowd: Person[], size: number, overlap: number): Talk[] {
  const talks: Talk[] = [];
  for (let round = 0; round < overlap; round += 1) {
    for (let from = 0; from + size <= crowd.length; from += size) {
      const people = Array.from({ length: size }, (_, at) => crowd[(from + at * (round + 1)) % crowd.length]);
      talks.push({ id: uuidv7(), people: [...new Set(people)].filter((person) => person !== undefined) });
    }
  }
  return talks;
}

/** Straight into the database, answered already: making them one by one over HTTP is not what is measured. */
async function storeTalks(superuserUrl: string, talks: readonly Talk[]): Promise<void> {
  const members = talks.flatMap(({ id, people }) =>
    people.map((person, at) => ({ talk: id, person: person.id, role: at === 0 ? "admin" : "member" })),
  );
  await withClient(superuserUrl, async (client) => {
    await client.query("begin");
    await client.query(
      `insert into conversations (id, kind, pair_key, created_by)
       select id, case when pair is null then 'group' else 'direct' end, pair, admin
       from jsonb_to_recordset($1::jsonb) as t (id uuid, pair text, admin uuid)`,
      [JSON.stringify(talks.map(({ id, people }) => ({ id, pair: pairOf(people), admin: people[0]?.id })))],
    );
    await client.query(
      `insert into conversation_participants (conversation_id, user_id, role, state)
       select talk, person, role, 'accepted' from jsonb_to_recordset($1::jsonb) as m (talk uuid, person uuid, role text)`,
      [JSON.stringify(members)],
    );
    await client.query("delete from outbox");
    await client.query("commit");
  });
}

/** Two people have one conversation, a direct one: both ids in order. */
function pairOf(people: Talk["people"]): string | null {
  if (people.length !== 2) return null;
  const [one, other] = people.map(({ id }) => id).toSorted();
  return `${one}:${other}`;
}
