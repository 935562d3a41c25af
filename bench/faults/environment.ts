/** Where fault runs take place: a Plaza of their own, a crowd, and conversations among it. */
import { uuidv7 } from "uuidv7";
import { onDatabase, withClient } from "../../db/local/postgres/roles.ts";
import { type PlazaOptions, type RunningPlaza, startPlaza, TEST_AUTH_SECRET } from "../harness/plaza.ts";
import { makeCrowd, type Person } from "../load/virtual-users.ts";
import type { SeenMessage } from "./history.ts";

/** A conversation and its people, the first of them its admin. */
export interface TestConversation {
  id: string;
  people: Pick<Person, "id" | "cookie">[];
}

export interface Environment {
  /** The Worker. */
  url: string;
  conversations: TestConversation[];
  /** A conversation's archive, in order. */
  rows(conversationId: string): Promise<SeenMessage[]>;
  /** How many messages the archive has of these conversations together. */
  stored(conversationIds: readonly string[]): Promise<number>;
}

/** A part of an environment, for a run of its own among others. */
export const partOf = (environment: Environment, from: number, to: number): Environment => ({
  ...environment,
  conversations: environment.conversations.slice(from, to),
});

export interface PlazaEnvironment extends Environment {
  plaza: RunningPlaza;
  crowd: Person[];
  stop(): Promise<void>;
}

export type EnvironmentOptions = {
  people: number;
  /** People in each conversation; nobody is in two, unless `overlap` says in how many. */
  conversationSize: number;
  overlap?: number;
  plaza?: PlazaOptions;
};

const running = new Set<PlazaEnvironment>();

/** Ends every environment that is still there: for whoever is interrupted. */
export async function stopGrounds(): Promise<void> {
  for (const environment of running) await environment.stop();
}

/** A built Worker in its own workerd with its own database, and people who are in conversations already. */
export async function startEnvironment({
  people,
  conversationSize,
  overlap = 1,
  plaza: wish,
}: EnvironmentOptions): Promise<PlazaEnvironment> {
  const plaza = await startPlaza({ rateLimitFactor: 100_000, ...wish });
  try {
    const { server } = plaza;
    if (!server) throw new Error("an environment has a database server of its own");
    const crowd = await makeCrowd(plaza.database.serviceUrl, TEST_AUTH_SECRET, people);
    const superuserUrl = onDatabase(server.superuserUrl, "plaza");
    const conversations = groupsOf(crowd, conversationSize, overlap);
    await storeConversations(superuserUrl, conversations);
    const environment: PlazaEnvironment = {
      url: plaza.url,
      plaza,
      crowd,
      conversations,
      rows: (conversationId) =>
        withClient(superuserUrl, async (client) => {
          const found = await client.query<SeenMessage>(
            `select seq::int as seq, id, kind, client_id as "clientId", sender_id as "senderId", content as body
             from messages where conversation_id = $1 order by seq`,
            [conversationId],
          );
          return found.rows;
        }),
      stored: (conversationIds) =>
        withClient(superuserUrl, async (client) => {
          const found = await client.query<{ count: number }>(
            "select count(*)::int as count from messages where conversation_id = any ($1)",
            [conversationIds],
          );
          return found.rows[0]?.count ?? 0;
        }),
      stop: async () => {
        running.delete(environment);
        await plaza.stop();
      },
    };
    running.add(environment);
    return environment;
  } catch (error) {
    await plaza.stop();
    throw error;
  }
}

/** Neighbours conversation; with an overlap each next round begins a place further, so that people meet others. */
function groupsOf(crowd: Person[], size: number, overlap: number): TestConversation[] {
  const conversations: TestConversation[] = [];
  for (let round = 0; round < overlap; round += 1) {
    for (let from = 0; from + size <= crowd.length; from += size) {
      const people = Array.from({ length: size }, (_, at) => crowd[(from + at * (round + 1)) % crowd.length]);
      conversations.push({
        id: uuidv7(),
        people: [...new Set(people)].filter((person) => person !== undefined),
      });
    }
  }
  return conversations;
}

/** Straight into the database, answered already: making them one by one over HTTP is not what is measured. */
async function storeConversations(
  superuserUrl: string,
  conversations: readonly TestConversation[],
): Promise<void> {
  const members = conversations.flatMap(({ id, people }) =>
    people.map((person, at) => ({
      conversation: id,
      person: person.id,
      role: at === 0 ? "admin" : "member",
    })),
  );
  await withClient(superuserUrl, async (client) => {
    await client.query("begin");
    await client.query(
      `insert into conversations (id, kind, pair_key, created_by)
       select id, case when pair is null then 'group' else 'direct' end, pair, admin
       from jsonb_to_recordset($1::jsonb) as t (id uuid, pair text, admin uuid)`,
      [
        JSON.stringify(
          conversations.map(({ id, people }) => ({ id, pair: pairOf(people), admin: people[0]?.id })),
        ),
      ],
    );
    await client.query(
      `insert into conversation_participants (conversation_id, user_id, role, state)
       select conversation, person, role, 'accepted' from jsonb_to_recordset($1::jsonb) as m (conversation uuid, person uuid, role text)`,
      [JSON.stringify(members)],
    );
    await client.query("delete from outbox");
    await client.query("commit");
  });
}

/** Two people have one conversation, a direct one: both ids in order. */
function pairOf(people: TestConversation["people"]): string | null {
  if (people.length !== 2) return null;
  const [one, other] = people.map(({ id }) => id).toSorted();
  return `${one}:${other}`;
}
