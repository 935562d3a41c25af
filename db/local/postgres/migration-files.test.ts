import { expect, test } from "vitest";
import { parseMigration } from "./migration-files.ts";

const NAME = "20260101000000_posts.sql";
const text = `-- Posts. A header may mention migrate:up and -- migrate:down.

-- migrate:up
create table posts ();
-- migrate:down transaction:false
drop table posts;
`;

test("a migration is its timestamp and two sections, each with its line and its options", () => {
  expect(parseMigration(NAME, text)).toEqual({
    name: NAME,
    version: "20260101000000",
    up: { sql: "create table posts ();\n", firstLine: 4, isTransactional: true },
    down: { sql: "drop table posts;\n", firstLine: 6, isTransactional: false },
  });
});

test.each([
  ["no down section", "-- migrate:up\nselect 1;"],
  ["no up section", "select 1;\n-- migrate:down\nselect 1;"],
  ["the sections in the wrong order", "-- migrate:down\nselect 1;\n-- migrate:up\nselect 1;"],
  ["a section twice", "-- migrate:up\n-- migrate:down\n-- migrate:up\n"],
])("a file with %s is refused", (_, content) => {
  expect(() => parseMigration(NAME, content)).toThrow(`${NAME} must have one "-- migrate:up" line`);
});

test("an unknown option is refused", () => {
  expect(() => parseMigration(NAME, text.replace("transaction:false", "transaction:no"))).toThrow(
    "unknown option after migrate:down: transaction:no",
  );
});

test.each(["posts.sql", "2026_posts.sql", "20260101000000.sql"])("the file name %s is refused", (name) => {
  expect(() => parseMigration(name, text)).toThrow(`${name} must be named`);
});
