import { PgDialect } from "drizzle-orm/pg-core";
import { z } from "zod";
import { replayDeadLetters } from "../../writes/outbox.writes.ts";
import { withClient } from "../postgres/roles.ts";

const answer = z.array(z.object({ replayed: z.number().int() })).length(1);

/** As plaza_service: resets all dead-lettered outbox rows for the next drain. Returns their number. */
export async function replayOutbox(serviceUrl: string): Promise<number> {
  const { sql, params } = new PgDialect().sqlToQuery(replayDeadLetters().sql);
  const { rows } = await withClient(serviceUrl, (client) => client.query(sql, params));
  return answer.parse(rows)[0]?.replayed ?? 0;
}
