import { Hono } from "hono";
import { generateSignedCookie } from "hono/cookie";
import { expect, test, vi } from "vitest";
import type { AppEnv } from "../context.ts";
import { readSessionToken } from "./session.ts";

const SECRET = "a secret for tests that nobody else ever uses";
const app = new Hono<AppEnv>().get("/", async (c) => c.json({ token: await readSessionToken(c) }));
const ask = (cookie: string, publicUrl = "https://plaza.example") =>
  app.request("/", { headers: { Cookie: cookie } }, { AUTH_SECRET: SECRET, PUBLIC_URL: publicUrl });
const signed = async (name: string, secret = SECRET) =>
  (await generateSignedCookie(name, "a token", secret, { path: "/", secure: true })).split(";")[0] ?? "";

test("over https the session is read from the cookie with __Host-", async () => {
  const answer = await ask(await signed("__Host-plaza.session_token"));
  expect(await answer.json()).toEqual({ token: "a token" });
  expect(answer.headers.getSetCookie()).toEqual([]);
});

test("a session under the former name __Secure- moves to __Host-, until the end of the change", async () => {
  const old = await signed("__Secure-plaza.session_token");
  const answer = await ask(old);
  expect(await answer.json()).toEqual({ token: "a token" });
  const set = answer.headers.getSetCookie();
  expect(set[0]).toMatch(/^__Secure-plaza\.session_token=; Max-Age=0; Path=\/; Secure/);
  expect(set[1]).toMatch(
    /^__Host-plaza\.session_token=a%20token\..*Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  vi.useFakeTimers({ now: Date.UTC(2027, 1, 1), toFake: ["Date"] });
  expect(await (await ask(old)).json()).toEqual({ token: null });
  vi.useRealTimers();
});

test("a __Secure- cookie that another host of the domain may have set never replaces a __Host- cookie", async () => {
  const both = `${await signed("__Secure-plaza.session_token")}; ${await signed("__Host-plaza.session_token", "another secret")}`;
  expect((await ask(both)).status).toBe(500);
  const forged = await ask(await signed("__Secure-plaza.session_token", "another secret"));
  expect(await forged.json()).toEqual({ token: null });
});
