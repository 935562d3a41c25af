import { describe, expect, test } from "vitest";
import { type CommandSchema, commandSchema } from "../../protocol/commands.ts";
import { conversationCommandSchema } from "../../protocol/conversation-commands.ts";
import { COMMANDS_PER_SECOND_SERVER_MAX } from "../../protocol/limits.ts";
import { type UserCommand, userCommandSchema } from "../../protocol/user-commands.ts";
import { COMMAND_COSTS, FRAME_MAX_BYTES, FrameGate } from "./frame-gate.ts";

describe("FrameGate", () => {
  const head = '{"type":"head"}';
  const resume = '{"type":"resume","epoch":"e","seq":1}';

  test("gives each socket its own tokens, which refill with time", () => {
    let now = 0;
    const gate = new FrameGate(() => now, commandSchema);
    const take = (socket: string, frame = head) => gate.admit(socket, frame).kind;
    for (let n = 0; n < COMMANDS_PER_SECOND_SERVER_MAX; n++) expect(take("a")).toBe("command");
    expect([take("a"), take("b")]).toEqual(["refused", "command"]);
    now += 1_000 / COMMANDS_PER_SECOND_SERVER_MAX;
    expect([take("a"), take("a")]).toEqual(["command", "refused"]);
    now += 60_000;
    for (let n = 0; n < COMMANDS_PER_SECOND_SERVER_MAX; n++) expect(take("a")).toBe("command");
    expect(take("a")).toBe("refused");
  });

  test.each([
    ["a resume", resume],
    ["a subscription", '{"type":"presence.watch","ids":[]}'],
  ])("takes the cost of %s", (_, frame) => {
    const gate = new FrameGate(() => 0, userCommandSchema as unknown as CommandSchema<UserCommand>);
    const affordable = Math.floor(
      COMMANDS_PER_SECOND_SERVER_MAX / (COMMAND_COSTS[JSON.parse(frame).type] ?? 1),
    );
    const kinds = Array.from({ length: affordable + 1 }, () => gate.admit("a", frame).kind);
    expect(affordable).toBeLessThan(COMMANDS_PER_SECOND_SERVER_MAX);
    expect(kinds.filter((kind) => kind === "command")).toHaveLength(affordable);
    expect(kinds.at(-1)).toBe("refused");
  });

  test("refuses a frame that is too large", () => {
    const gate = new FrameGate(() => 0, commandSchema);
    const padded = head.padEnd(FRAME_MAX_BYTES, " ");
    expect(gate.admit("a", padded).kind).toBe("command");
    expect(gate.admit("a", `${padded} `)).toMatchObject({ code: "FRAME_TOO_LARGE", close: 1009 });
    expect(gate.admit("a", new ArrayBuffer(FRAME_MAX_BYTES + 1))).toMatchObject({ code: "FRAME_TOO_LARGE" });
  });

  test("accepts only its room's commands; a refusal has the `ref` of the command", () => {
    const gate = new FrameGate(() => 0, conversationCommandSchema);
    expect(gate.admit("a", '{"type":"typing.start"}')).toMatchObject({ command: { type: "typing.start" } });
    expect(gate.admit("a", head)).toMatchObject({ kind: "command" });
    expect(gate.admit("a", '{"type":"message.delete","ref":"r1","seq":0}')).toMatchObject({
      code: "MALFORMED_FRAME",
      ref: "r1",
    });
    const other = new FrameGate(() => 0, commandSchema);
    expect(other.admit("a", '{"type":"typing.start"}')).toMatchObject({ code: "UNKNOWN_COMMAND" });
  });

  test("loses no tokens when the clock is set back", () => {
    let now = 10_000;
    const gate = new FrameGate(() => now, commandSchema);
    gate.admit("a", head);
    now = 0;
    expect(gate.admit("a", head).kind).toBe("command");
  });
});
