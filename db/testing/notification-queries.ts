/** Queries for the notifications of a person, for `.pg.test.ts`. */
import type { DatabaseFixture, Person } from "./fixtures.ts";

interface NotificationRow {
  id: string;
  type: string;
  message: string;
  entity_type: string;
  entity_id: string;
  actor_id: string | null;
  link: string;
  detail: Record<string, unknown>;
}

export function createNotificationQueries(fixture: Pick<DatabaseFixture, "queryAsService">) {
  /** A person's notifications, oldest first. */
  const notificationsOf = (person: Person) =>
    fixture.queryAsService<NotificationRow>(
      "select * from notifications where user_id = $1 order by created_at, id",
      [person.id],
    );
  const typesOf = async (person: Person) => (await notificationsOf(person)).map(({ type }) => type);
  return { notificationsOf, typesOf };
}
