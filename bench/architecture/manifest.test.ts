import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { unstable_readConfig } from "wrangler";
import { z } from "zod";
import { PROJECT_ROOT } from "../../db/local/process/paths.ts";

const read = (path: string) => readFileSync(`${PROJECT_ROOT}${path}`, "utf8");

/** The parts of a wrangler configuration that decide what runs. Other keys are ignored. */
const configShape = z.object({
  name: z.string(),
  compatibility_date: z.string(),
  assets: z.unknown(),
  durable_objects: z.object({ bindings: z.array(z.object({ name: z.string(), class_name: z.string() })) }),
  migrations: z.array(z.object({ tag: z.string(), new_sqlite_classes: z.array(z.string()).default([]) })),
  kv_namespaces: z.array(z.object({ binding: z.string() })),
  queues: z.object({
    producers: z.array(z.unknown()),
    consumers: z.array(z.looseObject({ dead_letter_queue: z.string().optional() })),
  }),
  ratelimits: z.array(z.unknown()),
  triggers: z.object({ crons: z.array(z.string()) }),
});
const wrangler = (env?: string) =>
  configShape.parse(unstable_readConfig({ config: `${PROJECT_ROOT}wrangler.toml`, env }));

const manifest = z
  .strictObject({
    $schema: z.string(),
    name: z.string(),
    main: z.string(),
    compatibilityDate: z.string(),
    parties: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(read("partykit.json")));

const kebab = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();

test("partykit.json names the rooms that wrangler.toml binds, as PartySocket names them", () => {
  const bound = wrangler().durable_objects.bindings.map((binding) => kebab(binding.name));
  expect(Object.keys(manifest.parties).sort()).toEqual(bound.sort());
});

test("partykit.json agrees with wrangler.toml on the Worker", () => {
  const { name, compatibility_date } = wrangler();
  expect(manifest).toMatchObject({ name, compatibilityDate: compatibility_date, main: "workers/index.ts" });
});

test.each(Object.entries(manifest.parties))("room %s is exported by %s and by the Worker", (party, path) => {
  const room = wrangler().durable_objects.bindings.find(
    (binding) => kebab(binding.name) === party,
  )?.class_name;
  expect(read(path)).toMatch(new RegExp(`export class ${room}\\b`));
  expect(read(manifest.main)).toMatch(new RegExp(`export \\{[^}]*\\b${room}\\b`));
});

test("every room that party exports is bound and uses SQLite storage", () => {
  const exported = [...read("party/index.ts").matchAll(/\b([A-Z]\w*Room)\b/g)].map((found) => found[1]);
  const { durable_objects, migrations } = wrangler();
  const bound = durable_objects.bindings.map((binding) => binding.class_name);
  expect([...new Set(exported)].sort()).toEqual([...bound].sort());
  expect(migrations.flatMap((migration) => migration.new_sqlite_classes).sort()).toEqual([...bound].sort());
});

test("production has the same bindings, limits and crons as the tests", () => {
  const { assets, durable_objects, migrations, kv_namespaces, queues, ratelimits, triggers } = wrangler();
  const expected = { assets, durable_objects, migrations, kv_namespaces, queues, ratelimits, triggers };
  expect(wrangler("production")).toMatchObject(expected);
});

test("every consumed queue has a dead-letter queue", () => {
  for (const consumer of wrangler().queues.consumers) expect(consumer.dead_letter_queue).toBeTruthy();
});
