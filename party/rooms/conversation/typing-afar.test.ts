import { expect, test } from "vitest";
import { memorySql } from "../../testing/memory-sql.ts";
import { person, snapshot } from "../../testing/roster-fixtures.ts";
import { Roster } from "./roster.ts";
import { TYPING_AFAR_DEAF_MS, TYPING_AFAR_PEOPLE_MAX, TypingAfar } from "./typing-afar.ts";

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const typed = { userId: id(1), isTyping: true };

function rig(size: number) {
  const clock = { ms: 1_000_000 };
  const people = Array.from({ length: size }, (_, n) => person(id(n + 1)));
  const roster = new Roster(memorySql());
  roster.take(snapshot(id(99), people, { kind: "group" }));
  const told: string[] = [];
  const hearers = { isHeard: true };
  const afar = new TypingAfar({
    roster,
    now: () => clock.ms,
    isPresent: (userId) => userId === id(2),
    tell: async (viewerId) => {
      told.push(viewerId);
      if (viewerId === id(4)) throw new Error("away");
      return hearers.isHeard;
    },
  });
  return { afar, told, clock, hearers };
}

test("those who see it anyway and the one who types are not told; one who cannot be told keeps it from nobody", async () => {
  const { afar, told } = rig(5);
  await afar.tell(typed);
  expect(told).toEqual([id(3), id(4), id(5)]);
});

test("an account without a page is left alone for a while", async () => {
  const { afar, told, clock, hearers } = rig(3);
  hearers.isHeard = false;
  await afar.tell(typed);
  await afar.tell(typed);
  expect(told).toEqual([id(3)]);
  clock.ms += TYPING_AFAR_DEAF_MS;
  await afar.tell(typed);
  expect(told).toEqual([id(3), id(3)]);
});

test("a big conversation tells nobody elsewhere", async () => {
  const { afar, told } = rig(TYPING_AFAR_PEOPLE_MAX + 1);
  await afar.tell(typed);
  expect(told).toEqual([]);
});
