import { expect, test } from "vitest";
import type { ServiceContext } from "../context.ts";
import { checkHealth } from "./health.service.ts";

const contextWith = (env: object) =>
  ({
    env,
    db: { asService: async () => [[{ waiting: 3, parked: 0 }]] },
  }) as unknown as ServiceContext;

test("the outbox's figures are reported in development only", async () => {
  expect(await checkHealth(contextWith({ RESEND_API_KEY: "x" }))).toEqual({ ok: true });
  expect(await checkHealth(contextWith({ RESEND_API_KEY: "x", DEV_MAILBOX: "1" }))).toEqual({ ok: true });
  expect(await checkHealth(contextWith({ DEV_MAILBOX: "1" }))).toEqual({
    ok: true,
    outbox: { waiting: 3, parked: 0 },
  });
});
