/** Builds the ServiceContext of a request, and in development reports its round trips to Postgres. */
import { createMiddleware } from "hono/factory";
import { z } from "zod";
import { createDatabase } from "../../db/client/client.ts";
import { DeliveredRows } from "../../db/client/delivered-rows.ts";
import { outboxDelivery } from "../../party/outbox/deliver.ts";
import { outboxStore } from "../../party/outbox/store.ts";
import type { AppEnv } from "../context.ts";
import { ApiError } from "../errors.ts";
import { DELIVERY_WAIT_MS } from "../limits.ts";
import { isMailbox } from "../mail/ports.ts";
import { sha256 } from "../sha256.ts";
import { readSessionToken } from "./session.ts";

/** Shared by all requests of this isolate: ids of outbox rows only, nothing that belongs to one request. */
const delivered = new DeliveredRows();

const accountId = z.uuid().toLowerCase();
const idempotencyKey = z.string().regex(/^[A-Za-z0-9_-]{8,128}$/);

export const provideService = createMiddleware<AppEnv>(async (c, next) => {
  const db = createDatabase({
    url: c.env.DATABASE_URL,
    serviceUrl: c.env.DATABASE_SERVICE_URL,
    endpoint: c.env.NEON_ENDPOINT,
    delivered,
  });
  const key = c.req.header("Idempotency-Key");
  let claim = null;
  if (key !== undefined) {
    const parsed = idempotencyKey.safeParse(key);
    if (!parsed.success)
      throw new ApiError("VALIDATION_FAILED", {
        details: [{ path: ["Idempotency-Key"], message: "8-128 of A-Z a-z 0-9 _ -" }],
      });
    claim = {
      key: parsed.data,
      fingerprint: await sha256(`${c.req.method} ${c.req.path}\n${await c.req.text()}`),
    };
  }
  const defer = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  c.set("service", {
    db,
    env: c.env,
    token: await readSessionToken(c),
    account: accountId.safeParse(c.req.query("account") ?? c.req.header("X-Plaza-Account")).data ?? null,
    claim,
    defer,
    ...outboxDelivery({
      env: c.env,
      delivered,
      deleteRows: outboxStore(db).delete,
      defer,
      waitMs: DELIVERY_WAIT_MS,
    }),
  });
  await next();
  // For developers: in production it would tell anybody how busy the database is, and what a request asked it.
  if (isMailbox(c.env))
    c.header(
      "Server-Timing",
      `db;dur=${db.meter.milliseconds.toFixed(1)};desc="${db.meter.roundTrips} round trips"`,
    );
});
