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
    // Two cores are enough for everyone's machine; more workers only wait for one another.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          // Some tests read the style sheets themselves.
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
          // Every file has its own database and resets what it changes in modules: sharing modules between files saves
          // a third of the processor time, which imports took.
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
          // What rooms store and tell follows by itself; how fast is for the benches to say.
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
          // A slow machine may need many times the usual second. A test never asserts how fast something is.
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
