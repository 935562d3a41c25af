import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { configDefaults, defineConfig } from "vitest/config";
import { devVariables } from "./db/local/process/dev-stack.ts";

const fromRoot = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const elsewhere = [...configDefaults.exclude, ".plaza/**"];

export default defineConfig({
  root: fromRoot("."),
  test: {
    reporters: ["default", fromRoot("bench/testing/tally-reporter.ts")],
    // The tests share one PostgreSQL server and one built Worker; more than two workers make them wait for each other.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          // Some tests check the content of style sheets.
          css: true,
          include: ["**/*.test.ts", "**/*.test.tsx"],
          exclude: [...elsewhere, "**/*.{pg,room,http,scenario}.test.ts"],
        },
      },
      {
        test: {
          name: "pg",
          include: ["**/*.pg.test.ts"],
          exclude: elsewhere,
          // Files share loaded modules, which saves a third of the processor time. This is safe because every file has
          // its own database and restores the module state that it changes.
          isolate: false,
          globalSetup: [fromRoot("bench/testing/global-setup.postgres.ts")],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [
          cloudflareTest(({ inject }) => ({
            wrangler: { configPath: fromRoot("wrangler.toml") },
            miniflare: {
              bindings: devVariables(
                inject("server"),
                "a secret for tests that nobody else ever uses",
                "http://localhost",
              ),
            },
          })),
        ],
        test: {
          name: "room",
          include: ["**/*.room.test.ts"],
          exclude: elsewhere,
          globalSetup: [fromRoot("bench/testing/global-setup.postgres.ts")],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "http",
          include: ["**/*.http.test.ts"],
          exclude: elsewhere,
          globalSetup: [
            fromRoot("bench/testing/global-setup.postgres.ts"),
            fromRoot("bench/testing/global-setup.http.ts"),
          ],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // Rooms store and publish asynchronously. Tests wait for the result; benches measure the time.
          expect: { poll: { timeout: 15_000 } },
        },
      },
      {
        test: {
          name: "scenario",
          include: ["**/*.scenario.test.ts"],
          exclude: elsewhere,
          globalSetup: [fromRoot("bench/testing/global-setup.scenario.ts")],
          testTimeout: 90_000,
          hookTimeout: 180_000,
          // A slow machine needs much longer than the default of one second. No test asserts a duration.
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
