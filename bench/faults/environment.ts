/** The environment of a fault run: a Plaza of its own, virtual users, and conversations among them. */
import { uuidv7 } from "uuidv7";
import { onDatabase, withClient } from "../../db/local/postgres/roles.ts";
import { type PlazaOptions, type RunningPlaza, startPlaza, TEST_AUTH_SECRET } from "../harness/plaza.ts";
import { insertVirtualUsers, type Person } from "../load/virtual-users.ts";
import type { RecordedMessage } from "./history.ts";

/** A conversation and its members. The first one is its admin. */
export interface TestConversation {
  id: string;
  people: Pick<Person, "id" | "cookie">[];
}

export interface Environment {
  /** The Worker's URL. */
  url: string;
  conversations: TestConversation[];
  /** The archived messages of a conversation, in order. */
  rows(conversationId: string): Promise<RecordedMessage[]>;
  /** The number of archived messages of these conversations together. */
  stored(conversationIds: readonly string[]): Promise<number>;
}

/** A part of an environment, for a run of its own beside others. */
export const environmentPart = (environment: Environment, from: number, to: number): Environment => ({
  ...environment,
  conversations: environment.conversations.slice(from, to),
});

export interface PlazaEnvironment extends Environment {
  plaza: RunningPlaza;
  users: Person[];
  stop(): Promise<void>;
}

export type EnvironmentOptions = {
  people: number;
  /** Members of each conversation. Everybody is in one conversation, or in as many as `overlap` says. */
  conversationSize: number;
  overlap?: number;
  plaza?: PlazaOptions;
};

const running = new Set<PlazaEnvironment>();

/** Stops every environment that still runs, for an interrupted process. */
export async function stopEnvironments(): Promise<void> {
  for (const environment of running) await environment.stop();
}

/**
 * Starts a built Worker in its own workerd with its own database, and people who are members of
 * conversations.
 */
export async function startEnvironment({
  people,
  conversationSize,
  overlap = 1,
  plaza: plazaOptions,
}: EnvironmentOptions): Promise<PlazaEnvironment> {
  const plaza = await startPlaza({ rateLimitFactor: 100_000, ...plazaOptions });
  try {
    const { server } = plaza;
    if (!server) throw new Error("an environment has a database server of its own");
    const users = await insertVirtualUsers(plaza.database.serviceUrl, TEST_AUTH_SECRET, people);
    const superuserUrl = onDatabase(server.superuserUrl, "plaza");
    const conversations = groupsOf(users, conversationSize, overlap);
    await storeConversations(superuserUrl, conversations);
    const environment: PlazaEnvironment = {
      url: plaza.url,
      plaza,
      users,
      conversations,
      rows: (conversationId) =>
        withClient(superuserUrl, async (client) => {
          const found = await client.query<RecordedMessage>(
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

/**
 * Neighbours share a conversation. With an overlap each further round starts one position later, so that
 * people meet others.
 */
function groupsOf(users: Person[], size: number, overlap: number): TestConversation[] {
  const conversations: TestConversation[] = [];
  for (let round = 0; round < overlap; round += 1) {
    for (let from = 0; from + size <= users.length; from += size) {
      const people = Array.from({ length: size }, (_, at) => users[(from + at * (round + 1)) % users.length]);
      conversations.push({
        id: uuidv7(),
        people: [...new Set(people)].filter((person) => person !== undefined),
      });
    }
  }
  return conversations;
}

/** Inserts the conversations as accepted: creating them one by one over HTTP is not what is measured. */
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

/** Two people share one direct conversation; its key is both ids in order. */
function pairOf(people: TestConversation["people"]): string | null {
  if (people.length !== 2) return null;
  const [one, other] = people.map(({ id }) => id).toSorted();
  return `${one}:${other}`;
}
