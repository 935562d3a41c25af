import { describe, expect, test } from "vitest";
import { writePost } from "../../../bench/testing/api-actions.ts";
import { type Answer, asPerson, newPerson, nobody } from "../../../bench/testing/api-clients.ts";
import { postRoom, refusedUpgrade, USER_ROOM } from "../../../bench/testing/sockets.ts";

function holdsHeaders({ headers }: Pick<Answer, "headers">, what: string): void {
  const csp = headers.get("content-security-policy") ?? "";
  expect(csp, what).toContain("default-src 'none'");
  expect(csp, what).toContain("frame-ancestors 'none'");
  expect(csp, what).toContain("base-uri 'none'");
  expect(csp, what).not.toMatch(/unsafe-eval|script-src[^;]*(unsafe-inline|\*|https?:)/);
  const hstsS = Number(/max-age=(\d+)/.exec(headers.get("strict-transport-security") ?? "")?.[1]);
  expect(hstsS, what).toBeGreaterThanOrEqual(31_536_000);
  expect(headers.get("x-content-type-options"), what).toBe("nosniff");
  expect(headers.get("referrer-policy"), what).toMatch(
    /^(no-referrer|same-origin|strict-origin|strict-origin-when-cross-origin)$/,
  );
  expect(headers.get("access-control-allow-origin"), what).toBeNull();
  expect(headers.get("x-powered-by"), what).toBeNull();
}

describe("S headers: CSP, HSTS, nosniff, frame-ancestors and referrer policy are set", () => {
  test("reads, writes and every kind of error", async () => {
    const ann = await newPerson("Ann");
    const client = asPerson(ann);
    const post = await writePost(ann);
    const answers: Record<string, Answer> = {
      read: await nobody().get("/api/feeds/latest"),
      own: await client.get("/api/me"),
      write: await client.put(`/api/posts/${post.id}/vote`, { value: 1 }),
      created: await client.post("/api/posts", { kind: "post", body: "x" }),
      "no content": await client.delete(`/api/posts/${post.id}`),
      gone: await client.get(`/api/posts/${post.id}`),
      "not valid": await client.get("/api/posts/1"),
      unauthenticated: await nobody().get("/api/me"),
      "not found": await client.get("/api/nothing/here"),
      "foreign origin": await client.post("/api/posts", {}, { headers: { Origin: "https://evil.example" } }),
      "not JSON": await client.raw("POST", "/api/posts", "{"),
      "wrong type": await client.raw("POST", "/api/posts", "a=b", {
        headers: { "Content-Type": "text/plain" },
      }),
      "too large": await client.raw("POST", "/api/posts", JSON.stringify({ body: "x".repeat(2 ** 20) })),
      "expired session": await asPerson({ cookie: "plaza.session_token=x.y" }).get("/api/me"),
      "sign-in refused": await nobody().post("/api/auth/sign-in/email", {
        email: ann.email,
        password: "wrong password",
      }),
      "closed auth route": await nobody().get("/api/auth/list-sessions"),
      health: await nobody().get("/api/health"),
      mailbox: await nobody().get("/api/dev/mailbox"),
      openapi: await nobody().get("/api/openapi.json"),
    };
    for (const [what, answer] of Object.entries(answers)) {
      holdsHeaders(answer, `${what} (${answer.status})`);
      expect(answer.headers.get("cache-control"), what).toMatch(/no-store/);
    }
  });

  test("refused upgrades and unknown rooms", async () => {
    const ann = await newPerson("Ann");
    holdsHeaders(await refusedUpgrade(null, USER_ROOM), "no session");
    holdsHeaders(await refusedUpgrade(ann, USER_ROOM, { origin: "https://evil.example" }), "foreign origin");
    holdsHeaders(await refusedUpgrade(ann, postRoom(crypto.randomUUID())), "unknown post");
    holdsHeaders(await nobody().get("/parties/user-room/me"), "no upgrade");
  });

  test("the app's index page, its files, and addresses that the app routes itself", async () => {
    const home = await nobody().get("/");
    expect(home.headers.get("content-type")).toContain("text/html");
    const script = /src="(\/assets\/[^"]+)"/.exec(home.text)?.[1];
    expect(script).toBeDefined();
    for (const path of [
      "/",
      "/posts/x",
      "/@ann",
      "/@ann/followers",
      "/%40ann",
      String(script),
      "/favicon.svg",
      "/robots.txt",
      "/docs/start.js",
    ]) {
      const answer = await nobody().get(path);
      expect(answer.status, path).toBe(200);
      holdsHeaders(answer, path);
    }
  });
});

test("the app's index page has no inline script or style, so its CSP needs no exception", async () => {
  const { text, headers } = await nobody().get("/");
  expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/i);
  expect(headers.get("content-security-policy")).not.toContain("unsafe-inline");
});

test("the API's documentation page loads its scripts from this origin only", async () => {
  const answer = await nobody().get("/api/docs");
  holdsHeaders(answer, "/api/docs");
  const csp = answer.headers.get("content-security-policy") ?? "";
  expect(csp).toContain("script-src 'self'");
  const sources = [...answer.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => String(path));
  expect(sources.length).toBeGreaterThan(2);
  for (const path of sources) {
    expect(path).toMatch(/^\/[^/]/);
    const file = await nobody().get(path);
    expect(file.status, path).toBe(200);
    expect(file.headers.get("content-type"), path).not.toContain("text/html");
  }
});
