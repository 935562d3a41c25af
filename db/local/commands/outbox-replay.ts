import { PgDialect } from "drizzle-orm/pg-core";
import { z } from "zod";
import { replayDeadLetters } from "../../writes/outbox.writes.ts";
import { withClient } from "../postgres/roles.ts";

const answer = z.array(z.object({ replayed: z.number().int() })).length(1);

/** As plaza_service: lets the next drain try every parked outbox row again. Returns how many they are. */
export async function replayOutbox(serviceUrl: string): Promise<number> {
  const { sql, params } = new PgDialect().sqlToQuery(replayDeadLetters().sql);
  const { rows } = await withClient(serviceUrl, (client) => client.query(sql, params));
  return answer.parse(rows)[0]?.replayed ?? 0;
}
