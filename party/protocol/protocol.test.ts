import { describe, expect, test } from "vitest";
import { parseCommand } from "./commands.ts";
import { isControlFrame, parseFrame } from "./envelope.ts";
import { formatPosition, parsePosition, positionOf } from "./position.ts";

describe("parseFrame", () => {
  const event = {
    v: 1,
    id: "a",
    seq: 3,
    type: "follow.changed",
    at: "2026-11-20T10:00:00.000Z",
    data: { x: 1 },
  };

  test("reads events and control frames", () => {
    expect(parseFrame(JSON.stringify(event))).toEqual(event);
    const gap = { v: 1, type: "room.gap", epoch: "e", after: 2, seq: 3, events: [event] };
    const frame = parseFrame(JSON.stringify(gap));
    expect(frame).toEqual(gap);
    expect(frame && isControlFrame(frame)).toBe(true);
  });

  test.each([
    ["no JSON", "pong"],
    ["cut JSON", '{"v":1,'],
    ["another version", JSON.stringify({ ...event, v: 2 })],
    ["an event without a number", JSON.stringify({ ...event, seq: undefined })],
    ["a control frame this version does not know", JSON.stringify({ ...event, type: "room.other" })],
    ["a list", "[]"],
    ["null", "null"],
  ])("answers null to %s", (_, text) => {
    expect(parseFrame(text)).toBeNull();
  });

  test("answers null to what is not text", () => {
    for (const value of [undefined, null, 1, new ArrayBuffer(3), {}]) expect(parseFrame(value)).toBeNull();
  });
});

describe("parseCommand", () => {
  test("reads resume and head", () => {
    expect(parseCommand('{"type":"resume","epoch":"e","seq":0}')).toEqual({
      ok: true,
      command: { type: "resume", epoch: "e", seq: 0 },
    });
    expect(parseCommand('{"type":"head"}')).toEqual({ ok: true, command: { type: "head" } });
  });

  test.each([
    ["{", "MALFORMED_FRAME"],
    ["3", "MALFORMED_FRAME"],
    ['{"type":"resume","epoch":"e","seq":-1}', "MALFORMED_FRAME"],
    ['{"type":"resume","epoch":"e","seq":1.5}', "MALFORMED_FRAME"],
    [`{"type":"resume","epoch":"${"e".repeat(65)}","seq":1}`, "MALFORMED_FRAME"],
    ['{"type":"typing.start"}', "UNKNOWN_COMMAND"],
    ['{"type":"__proto__"}', "UNKNOWN_COMMAND"],
    [`${"[".repeat(7_000)}`, "MALFORMED_FRAME"],
  ])("answers %s with a code", (text, code) => {
    expect(parseCommand(text)).toEqual({ ok: false, code });
  });
});

describe("positions", () => {
  test("are written and read back", () => {
    const position = { epoch: "0199-e", seq: 12 };
    expect(parsePosition(formatPosition(position))).toEqual(position);
    expect(positionOf(new URLSearchParams(position as unknown as Record<string, string>))).toEqual(position);
  });

  test.each([
    "",
    "e",
    ":1",
    "e:",
    "e:-1",
    "e:x",
    "e:1e3",
    `${"e".repeat(65)}:1`,
    "e:9999999999999999",
    null,
    undefined,
  ])("are null for %j", (text) => {
    expect(parsePosition(text)).toBeNull();
  });
});
