import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { replayMail } from "./mail-replay.ts";

/** A fake of Cloudflare's queues API: the messages in the queues, and the requests it received. */
async function fakeQueues(dead: unknown[], { isPullable = false, failsAt = "" } = {}) {
  const requests: string[] = [];
  const sent: unknown[] = [];
  const deadLetters = dead.map((body, i) => ({
    lease_id: `lease ${i}`,
    body: Buffer.from(JSON.stringify(body)).toString("base64"),
  }));
  const server = createServer(async (request, response) => {
    const path = request.url?.replace("/accounts/acc/queues", "") ?? "";
    const body = request.method === "POST" ? Object(await json(request)) : null;
    requests.push(`${request.method} ${path}`);
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
    if (path.endsWith("/pull")) return answer({ messages: deadLetters.slice(0, 2) });
    if (path.endsWith("/batch")) sent.push(...body.messages);
    if (path.endsWith("/ack")) {
      const acked = body.acks.map((each: { lease_id: string }) => each.lease_id);
      for (const lease of acked)
        deadLetters.splice(
          deadLetters.findIndex(({ lease_id }) => lease_id === lease),
          1,
        );
    }
    answer({});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return {
    api: { accountId: "acc", token: "t", url: `http://127.0.0.1:${port}` },
    requests,
    sent,
    deadLetters,
  };
}

const mails = [{ id: "1", name: "Ona" }, { id: "2", name: "Žemyna" }, { id: "3" }];

test("moves all messages from the dead-letter queue to the mail queue, unchanged", async () => {
  const { api, requests, sent, deadLetters } = await fakeQueues(mails);
  expect(await replayMail(api)).toBe(3);
  expect(sent).toEqual(mails.map((body) => ({ body, content_type: "json" })));
  expect(deadLetters).toEqual([]);
  expect(requests.filter((each) => each.endsWith("/consumers"))).toHaveLength(1);
  expect(await replayMail(api)).toBe(0);
});

test("does not add a pull consumer to a queue that has one", async () => {
  const { api, requests } = await fakeQueues([], { isPullable: true });
  expect(await replayMail(api)).toBe(0);
  expect(requests).toEqual(["GET ", "POST /d/messages/pull"]);
});

test("keeps messages in the dead-letter queue when sending fails, and throws Cloudflare's error message", async () => {
  const { api, deadLetters } = await fakeQueues(mails, { failsAt: "/batch" });
  await expect(replayMail(api)).rejects.toThrow("broken");
  expect(deadLetters).toHaveLength(3);
  await expect(replayMail({ ...api, token: "x" })).rejects.toThrow("HTTP 403 no");
});
