import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { replayMail } from "./mail-replay.ts";

/** Cloudflare's queues as far as they are used: what stands in each, and what was asked. */
async function fakeQueues(dead: unknown[], { isPullable = false, failsAt = "" } = {}) {
  const asked: string[] = [];
  const back: unknown[] = [];
  const waiting = dead.map((body, i) => ({
    lease_id: `lease ${i}`,
    body: Buffer.from(JSON.stringify(body)).toString("base64"),
  }));
  const server = createServer(async (request, response) => {
    const path = request.url?.replace("/accounts/acc/queues", "") ?? "";
    const body = request.method === "POST" ? Object(await json(request)) : null;
    asked.push(`${request.method} ${path}`);
    const answer = (result: unknown, status = 200, errors: unknown[] = []) => {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ success: status === 200, errors, messages: [], result }));
    };
    if (request.headers.authorization !== "Bearer t") return answer(null, 403, [{ message: "no" }]);
    if (failsAt !== "" && path.endsWith(failsAt)) return answer(null, 500, [{ message: "broken" }]);
    if (path === "")
      return answer([
        { queue_id: "m", queue_name: "plaza-mail", consumers: [{ type: "worker" }] },
        {
          queue_id: "d",
          queue_name: "plaza-mail-dead",
          ...(isPullable ? { consumers: [{ type: "http_pull" }] } : {}),
        },
      ]);
    if (path.endsWith("/pull")) return answer({ messages: waiting.slice(0, 2) });
    if (path.endsWith("/batch")) back.push(...body.messages);
    if (path.endsWith("/ack")) {
      const acked = body.acks.map((each: { lease_id: string }) => each.lease_id);
      for (const lease of acked)
        waiting.splice(
          waiting.findIndex(({ lease_id }) => lease_id === lease),
          1,
        );
    }
    answer({});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { api: { accountId: "acc", token: "t", url: `http://127.0.0.1:${port}` }, asked, back, waiting };
}

const mails = [{ id: "1", name: "Ona" }, { id: "2", name: "Žemyna" }, { id: "3" }];

test("mails that were given up are in their queue again, as they were, and no longer among the dead", async () => {
  const { api, asked, back, waiting } = await fakeQueues(mails);
  expect(await replayMail(api)).toBe(3);
  expect(back).toEqual(mails.map((body) => ({ body, content_type: "json" })));
  expect(waiting).toEqual([]);
  expect(asked.filter((each) => each.endsWith("/consumers"))).toHaveLength(1);
  expect(await replayMail(api)).toBe(0);
});

test("a queue that can be pulled already is left as it is", async () => {
  const { api, asked } = await fakeQueues([], { isPullable: true });
  expect(await replayMail(api)).toBe(0);
  expect(asked).toEqual(["GET ", "POST /d/messages/pull"]);
});

test("what could not be put back stays where it is, and Cloudflare's reason is said", async () => {
  const { api, waiting } = await fakeQueues(mails, { failsAt: "/batch" });
  await expect(replayMail(api)).rejects.toThrow("broken");
  expect(waiting).toHaveLength(3);
  await expect(replayMail({ ...api, token: "x" })).rejects.toThrow("HTTP 403 no");
});
