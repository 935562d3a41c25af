/**
 * One viral post: how many votes a second its single row of counters accepts, and that all are counted (R15).
 *
 *   npm run bench:hot-post -- [--people 200] [--seconds 15] [--clients 32]
 *
 * Closed loop: each client votes, waits for the answer, and votes again with the opposite value.
 */
import { parseArgs } from "node:util";
import { startPlaza, TEST_AUTH_SECRET } from "./harness/plaza.ts";
import { perform } from "./load/actions.ts";
import { spread } from "./load/percentile.ts";
import { readDatabaseCounts } from "./load/verify-counts.ts";
import { insertVirtualUsers } from "./load/virtual-users.ts";

const { values } = parseArgs({
  options: {
    people: { type: "string", default: "200" },
    seconds: { type: "string", default: "15" },
    clients: { type: "string", default: "32" },
  },
});

const plaza = await startPlaza({ rateLimitFactor: 1_000 });
try {
  const users = await insertVirtualUsers(plaza.database.serviceUrl, TEST_AUTH_SECRET, Number(values.people));
  for (const spreadOver of [1, users.length]) {
    const answerMs: number[] = [];
    const until = performance.now() + Number(values.seconds) * 1_000;
    let turn = 0;
    const vote = async () => {
      while (performance.now() < until) {
        turn += 1;
        const actor = users[turn % users.length];
        const subject = users[Math.floor(turn / 7) % spreadOver];
        if (!actor || !subject) throw new Error("the users is empty");
        const started = performance.now();
        const value = Math.floor(turn / users.length) % 2 === 0 ? 1 : -1;
        await perform(plaza.url, {
          actor,
          subject,
          method: "PUT",
          path: `/api/posts/${subject.postId}/vote`,
          body: { value },
        });
        answerMs.push(performance.now() - started);
      }
    };
    await Promise.all(Array.from({ length: Number(values.clients) }, vote));
    const rate = answerMs.length / Number(values.seconds);
    console.log(
      `${spreadOver === 1 ? "one post" : `${spreadOver} posts`}: ${rate.toFixed(0)} votes/s, ${spread(answerMs)}`,
    );
  }
  const { wrongCounts } = await readDatabaseCounts(plaza.database.serviceUrl);
  console.log(`cached counts that differ from COUNT(*): ${JSON.stringify(wrongCounts)}`);
} finally {
  await plaza.stop();
}
