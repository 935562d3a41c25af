import { expect, test } from "vitest";
import {
  cookieSet,
  enter,
  isSignedIn,
  mailTo,
  newAccount,
  tokenIn,
} from "../../../bench/testing/accounts.ts";
import { setRelation, writeComment, writePost } from "../../../bench/testing/api-actions.ts";
import {
  asPerson,
  newPerson,
  nobody,
  serviceRows,
  sessionCookie,
} from "../../../bench/testing/api-clients.ts";
import { refused } from "../../../bench/testing/response-assertions.ts";
import {
  type Closing,
  openSocket,
  postRoom,
  type RoomSocket,
  USER_ROOM,
} from "../../../bench/testing/sockets.ts";

const WITHIN_MS = 1_000;

/** The close events of sockets, each within the second that R9 allows. */
function closeWithin(sockets: RoomSocket[]): Promise<Closing[]> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`still open after ${WITHIN_MS} ms`)), WITHIN_MS).unref();
  });
  return Promise.race([Promise.all(sockets.map(({ closed }) => closed)), late]);
}

/** This device's sockets in its user room and in the post room of a stranger's post. */
async function listen(person: { cookie: string }) {
  const author = await newPerson("Author");
  const post = await writePost(author);
  return {
    author,
    post,
    sockets: [await openSocket(person, USER_ROOM), await openSocket(person, postRoom(post.id))],
  };
}

const ENDED = [{ code: 4401 }, { code: 4401 }];

test("R9: after sign-out the next request is refused and this device's sockets close; another device's stay open", async () => {
  const account = await newAccount();
  const [laptop, phone] = [await enter(account), await enter(account)];
  const [gone, kept] = [await listen(laptop), await listen(phone)];
  const closing = asPerson(laptop).post("/api/auth/sign-out", {});
  expect((await closing).status).toBe(200);
  expect(await closeWithin(gone.sockets)).toMatchObject(ENDED);
  const answer = await asPerson(laptop).get("/api/me");
  refused(answer, 401, "SESSION_EXPIRED");
  expect(answer.headers.get("set-cookie")).toMatch(/^plaza\.session_token=;.*Max-Age=0.*Path=\/.*HttpOnly/i);
  await writeComment(kept.author, kept.post.id);
  await kept.sockets[1]?.waitFor("comment.created");
});

test("R9: after a password change the other devices' sockets close", async () => {
  const account = await newAccount();
  const [laptop, phone] = [await enter(account), await enter(account)];
  const { sockets } = await listen(phone);
  const change = { currentPassword: account.password, newPassword: "a walk by the river" };
  expect((await asPerson(laptop).post("/api/auth/change-password", change)).status).toBe(200);
  expect(await closeWithin(sockets)).toMatchObject(ENDED);
  expect(await isSignedIn(phone)).toBe(false);
});

test("R9: after a password reset every device is signed out", async () => {
  const account = await newAccount();
  await mailTo(account.email);
  const [laptop, phone] = [await enter(account), await enter(account)];
  const [one, other] = [await listen(laptop), await listen(phone)];
  await nobody().post("/api/auth/request-password-reset", { email: account.email, redirectTo: "/reset" });
  const token = tokenIn(await mailTo(account.email, 2));
  const reset = await nobody().post("/api/auth/reset-password", {
    newPassword: "a walk by the river",
    token,
  });
  expect(reset.status, reset.text).toBe(200);
  expect(cookieSet(reset)).toBeNull();
  expect(await closeWithin([...one.sockets, ...other.sockets])).toMatchObject([...ENDED, ...ENDED]);
  for (const person of [laptop, phone]) expect(await isSignedIn(person)).toBe(false);
});

test("R9: every request of a suspended account is refused", async () => {
  const ann = await newPerson("Ann");
  const post = await writePost(ann);
  await serviceRows("update users set suspended_at = now() where id = $1", [ann.id]);
  const client = asPerson(ann);
  refused(await client.get("/api/me"), 401, "SESSION_EXPIRED");
  refused(await client.get(`/api/posts/${post.id}`), 401, "SESSION_EXPIRED");
  refused(await client.post("/api/posts", { kind: "post", body: "x" }), 401, "SESSION_EXPIRED");
  refused(await client.post("/api/follows/status", { ids: [ann.id] }), 401, "SESSION_EXPIRED");
});

test("R9: a suspension closes the account's sockets at the next drain, by any sign-in or by the cron", async () => {
  const ann = await newPerson("Ann");
  const { sockets } = await listen(ann);
  await serviceRows("update users set suspended_at = now() where id = $1", [ann.id]);
  await nobody().post("/api/auth/sign-out", {});
  expect(await closeWithin(sockets)).toMatchObject(ENDED);
});

test("R9: a block closes both sides' sockets in each other's post rooms at once, and their next requests are refused", async () => {
  const [ann, ben] = [await newPerson("Ann"), await newPerson("Ben")];
  const [anns, bens] = [await writePost(ann), await writePost(ben)];
  const sockets = [await openSocket(ben, postRoom(anns.id)), await openSocket(ann, postRoom(bens.id))];
  await setRelation(ann, "block", ben);
  expect(await closeWithin(sockets)).toMatchObject([{ code: 4403 }, { code: 4403 }]);
  refused(await asPerson(ben).get(`/api/posts/${anns.id}`), 404, "NOT_FOUND");
  refused(await asPerson(ann).get(`/api/posts/${bens.id}`), 404, "NOT_FOUND");
});

test("R9: on a third person's post a block hides each side's new comments from the other at once; unblocking shows them again", async () => {
  const [ann, ben, cem] = [await newPerson("Ann"), await newPerson("Ben"), await newPerson("Cem")];
  const post = await writePost(cem);
  const [anns, bens] = [await openSocket(ann, postRoom(post.id)), await openSocket(ben, postRoom(post.id))];
  const own = await openSocket(ann, USER_ROOM);
  const bodies = (socket: RoomSocket) => socket.received("comment.created").map((each) => Object(each).body);
  await writeComment(ben, post.id, { body: "before" });
  await setRelation(ann, "block", ben);
  // When Ann's own devices have received the block, the rooms have applied it.
  await own.waitFor("relation.changed");
  await writeComment(ben, post.id, { body: "Ben, blocked" });
  await writeComment(ann, post.id, { body: "Ann, blocked" });
  await writeComment(cem, post.id, { body: "Cem" });
  for (const socket of [anns, bens]) await socket.until((each) => bodies(each).includes("Cem"));
  expect(bodies(anns)).toEqual(["before", "Ann, blocked", "Cem"]);
  expect(bodies(bens)).toEqual(["before", "Ben, blocked", "Cem"]);
  await setRelation(ann, "block", ben, false);
  await own.waitFor("relation.changed", 2);
  await writeComment(ben, post.id, { body: "after" });
  await anns.until((each) => bodies(each).includes("after"));
});

test.each([
  [
    "signed by another secret",
    () => sessionCookie("a".repeat(32), "another secret, just as long as ours is"),
  ],
  ["without a signature", () => "plaza.session_token=abc"],
  ["empty", () => "plaza.session_token="],
  ["of percent signs", () => "plaza.session_token=%E0%A4%A.%"],
  ["of SQL, well signed", () => sessionCookie("' or '1'='1")],
  ["of an unknown token, well signed", () => sessionCookie("a".repeat(32))],
  ["of 4,000 characters", () => `plaza.session_token=${"a".repeat(4_000)}`],
])("a cookie %s is refused and deleted", async (_what, cookie) => {
  for (const path of ["/api/me", "/api/feeds/latest", "/api/notifications"]) {
    const answer = await asPerson({ cookie: cookie() }).get(path);
    refused(answer, 401, "SESSION_EXPIRED");
    expect(answer.headers.get("set-cookie"), path).toMatch(/plaza\.session_token=;.*Max-Age=0/i);
  }
});

test("a session that has run out is refused, and so is the write it came with", async () => {
  const ann = await newPerson("Ann");
  await serviceRows("update sessions set expires_at = now() - interval '1 second' where id = $1", [
    ann.sessionId,
  ]);
  refused(await asPerson(ann).post("/api/posts", { kind: "post", body: "x" }), 401, "SESSION_EXPIRED");
  expect(await serviceRows("select from posts where author_id = $1", [ann.id])).toEqual([]);
});
