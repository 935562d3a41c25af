/** Column types that several tables share. */
import { sql } from "drizzle-orm";
import { customType, timestamp, uuid } from "drizzle-orm/pg-core";

/** A point in time, with its zone. */
export const at = (name: string) => timestamp(name, { withTimezone: true });
/** The table's own id, a UUIDv7 made by Postgres unless it is given. */
export const ownId = () => uuid("id").default(sql`uuidv7()`);
export const bytes = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });
