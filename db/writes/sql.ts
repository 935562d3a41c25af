/** SQL fragments shared by reads and writes. */
import { type SQL, sql } from "drizzle-orm";

/** A text array as one parameter, quoted as a Postgres array literal. */
export const textArray = (values: readonly string[]): SQL =>
  sql`${`{${values.map((value) => JSON.stringify(value)).join(",")}}`}::text[]`;

/** A uuid array as one parameter. The values must be validated UUIDs: they are not quoted. */
export const uuidArray = (values: readonly string[]): SQL => sql`${`{${values.join(",")}}`}::uuid[]`;
