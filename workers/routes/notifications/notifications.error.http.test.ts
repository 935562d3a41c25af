import { randomUUID } from "node:crypto";
import { test } from "vitest";
import { asPerson, newPerson, nobody } from "../../../bench/testing/api-clients.ts";
import { refused } from "../../../bench/testing/response-assertions.ts";

test.each([
  ["nothing", {}],
  ["no ids", { ids: [] }],
  ["invalid ids", { ids: ["all"] }],
  ["201 ids", { ids: Array.from({ length: 201 }, () => randomUUID()) }],
  ["all: false", { all: false }],
  ["both ways at once", { all: true, ids: [randomUUID()] }],
  ["an unknown field", { all: true, userId: randomUUID() }],
])("marking with %s is refused", async (_what, body) => {
  refused(
    await asPerson(await newPerson("Ann")).post("/api/notifications/read", body),
    400,
    "VALIDATION_FAILED",
  );
});

test("notifications and polling need a session", async () => {
  for (const path of ["/api/notifications", "/api/notifications/unread-count", "/api/events/poll"]) {
    refused(await nobody().get(path), 401, "UNAUTHENTICATED");
  }
  refused(await nobody().post("/api/notifications/read", { all: true }), 401, "UNAUTHENTICATED");
});

test.each(["", "x", "x:", ":1", "a:-1", "a:1.5", `${"e".repeat(65)}:1`, "a:9999999999999999", "a b:1"])(
  "polling after %j is refused",
  async (after) => {
    const ann = asPerson(await newPerson("Ann"));
    refused(await ann.get(`/api/events/poll?after=${encodeURIComponent(after)}`), 400, "VALIDATION_FAILED");
  },
);
