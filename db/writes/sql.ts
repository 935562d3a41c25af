/** Small pieces that several writes share. */
import { type SQL, sql } from "drizzle-orm";

/** A text array as one parameter, quoted the way Postgres reads array literals. */
export const textArray = (values: readonly string[]): SQL =>
  sql`${`{${values.map((value) => JSON.stringify(value)).join(",")}}`}::text[]`;

/** A uuid array as one parameter. The values were checked at the door. */
export const uuidArray = (values: readonly string[]): SQL => sql`${`{${values.join(",")}}`}::uuid[]`;
