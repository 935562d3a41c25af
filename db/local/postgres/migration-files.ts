import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** One direction of a migration. */
export type MigrationSection = {
  sql: string;
  /** The line of the file on which `sql` begins, counted from 1. */
  firstLine: number;
  /** False for `transaction:false` after the marker: the section is one statement such as `create index concurrently`. */
  isTransactional: boolean;
};

export type Migration = {
  /** The file's name, such as `20261121090000_posts_and_votes.sql`. */
  name: string;
  /** The timestamp in the name: the primary key in `schema_migrations`. */
  version: string;
  up: MigrationSection;
  down: MigrationSection;
};

const FILE_NAME = /^(\d{14})_\w+\.sql$/;
const MARKER = /^--[ \t]*migrate:(up|down)\b(.*)$/gm;

/**
 * Reads all migrations of a folder, oldest first.
 * @throws Error when a `.sql` file has a wrong name or wrong sections, or when two files have one timestamp.
 */
export async function readMigrations(dir: string): Promise<Migration[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith(".sql")).sort();
  const migrations = await Promise.all(
    names.map(async (name) => parseMigration(name, await readFile(join(dir, name), "utf8"))),
  );
  for (const [index, { name, version }] of migrations.entries()) {
    const previous = migrations[index - 1];
    if (previous?.version === version)
      throw new Error(`The migrations ${previous.name} and ${name} have the same timestamp.`);
  }
  return migrations;
}

/**
 * Splits a migration at its two markers. Text before the first marker is a comment and is not run.
 *
 * @example
 * -- migrate:up
 * create table posts (id uuid primary key);
 * -- migrate:down
 * drop table posts;
 */
export function parseMigration(name: string, text: string): Migration {
  const version = FILE_NAME.exec(name)?.[1];
  if (version === undefined) throw new Error(`The migration ${name} must be named <14 digits>_<words>.sql.`);
  const [up, down, ...others] = [...text.matchAll(MARKER)];
  if (up?.[1] !== "up" || down?.[1] !== "down" || others.length > 0)
    throw new Error(
      `The migration ${name} must have one "-- migrate:up" line and then one "-- migrate:down" line.`,
    );
  return {
    name,
    version,
    up: section(name, text, up, down.index),
    down: section(name, text, down, text.length),
  };
}

function section(name: string, text: string, marker: RegExpExecArray, end: number): MigrationSection {
  const option = marker[2]?.trim() ?? "";
  if (option !== "" && option !== "transaction:false")
    throw new Error(`The migration ${name} has an unknown option after migrate:${marker[1]}: ${option}`);
  const start = marker.index + marker[0].length + 1;
  return {
    sql: text.slice(start, end),
    firstLine: text.slice(0, start).split("\n").length,
    isTransactional: option === "",
  };
}
