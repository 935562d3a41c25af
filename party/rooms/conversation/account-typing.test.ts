import { expect, test } from "vitest";
import { memorySql } from "../../testing/memory-sql.ts";
import { member, snapshot } from "../../testing/roster-fixtures.ts";
import { ACCOUNT_TYPING_MEMBERS_MAX, ACCOUNT_TYPING_PAUSE_MS, AccountTyping } from "./account-typing.ts";
import { Roster } from "./roster.ts";

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const change = { userId: id(1), isTyping: true };

function fixture(size: number) {
  const clock = { ms: 1_000_000 };
  const people = Array.from({ length: size }, (_, n) => member(id(n + 1)));
  const roster = new Roster(memorySql());
  roster.take(snapshot(id(99), people, { kind: "group" }));
  const sent: string[] = [];
  const pages = { areOpen: true };
  const accountTyping = new AccountTyping({
    roster,
    now: () => clock.ms,
    isPresent: (userId) => userId === id(2),
    send: async (viewerId) => {
      sent.push(viewerId);
      if (viewerId === id(4)) throw new Error("away");
      return pages.areOpen;
    },
  });
  return { accountTyping, sent, clock, pages };
}

test("goes to nobody who has the conversation open, nor to the one who types; a failed call stops no other", async () => {
  const { accountTyping, sent } = fixture(5);
  await accountTyping.publish(change);
  expect(sent).toEqual([id(3), id(4), id(5)]);
});

test("an account without an open page is not called again for a while", async () => {
  const { accountTyping, sent, clock, pages } = fixture(3);
  pages.areOpen = false;
  await accountTyping.publish(change);
  await accountTyping.publish(change);
  expect(sent).toEqual([id(3)]);
  clock.ms += ACCOUNT_TYPING_PAUSE_MS;
  await accountTyping.publish(change);
  expect(sent).toEqual([id(3), id(3)]);
});

test("an account is called again as soon as a page of it is known to be open", async () => {
  const { accountTyping, sent, pages } = fixture(3);
  pages.areOpen = false;
  await accountTyping.publish(change);
  accountTyping.resume(id(3));
  await accountTyping.publish(change);
  expect(sent).toEqual([id(3), id(3)]);
});

test("goes to no account from a large conversation", async () => {
  const { accountTyping, sent } = fixture(ACCOUNT_TYPING_MEMBERS_MAX + 1);
  await accountTyping.publish(change);
  expect(sent).toEqual([]);
});
