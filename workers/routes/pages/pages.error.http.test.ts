import { expect, test } from "vitest";
import { nobody, sessionCookie } from "../../../bench/testing/api-clients.ts";
import { refused } from "../../../bench/testing/response-assertions.ts";

test("a missing file gets an uncacheable 404, not the index page", async () => {
  for (const path of ["/assets/index-gone.js", "/assets/style.css", "/docs/gone.js", "/assets/"])
    refused(await nobody().get(path), 404, "NOT_FOUND");
});

test("an address that the app routes itself gets the index page, even with an ended session", async () => {
  const home = await nobody().get("/");
  const dead = { Cookie: sessionCookie("a".repeat(32), "another secret") };
  for (const path of ["/posts/x", "/@ann", "/messages/y?z=1", "/assetsnot"]) {
    const answer = await nobody().get(path, { headers: dead });
    expect(answer.status, path).toBe(200);
    expect(answer.text, path).toBe(home.text);
    expect(answer.headers.get("cache-control"), path).not.toMatch(/immutable/);
  }
});
