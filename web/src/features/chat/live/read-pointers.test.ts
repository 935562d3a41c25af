import { QueryClient } from "@tanstack/react-query";
import { beforeEach, describe, expect, it } from "vitest";
import type { Conversation } from "../../../realtime/views.ts";
import { chatKeys } from "../data/chat.cache.ts";
import { sampleConversation } from "../data/sample.test-data.ts";
import { createReadPointers, type ReadPointers } from "./read-pointers.ts";

let client: QueryClient;
let pointers: ReadPointers;
let timers: (() => void)[];
let sent: string[];
let isSocketUp: boolean;
let isHttpUp: boolean;

beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(chatKeys.one("c1"), sampleConversation("c1", 9));
  timers = [];
  sent = [];
  isSocketUp = true;
  isHttpUp = true;
  pointers = createReadPointers({
    client,
    sendBySocket: (_id, seq) => {
      if (isSocketUp) sent.push(`socket ${seq}`);
      return isSocketUp;
    },
    sendByHttp: async (_id, seq) => {
      if (!isHttpUp) throw new Error("no network");
      sent.push(`http ${seq}`);
    },
    setTimer: (run) => timers.push(run),
    clearTimer: () => {
      timers = [];
    },
  });
});

function runTimers(): void {
  for (const run of timers.splice(0)) run();
}

describe("read pointers", () => {
  it("show what was read at once and send the newest seq a moment later", () => {
    pointers.markRead("c1", 5);
    pointers.markRead("c1", 9);
    pointers.markRead("c1", 7);
    expect(client.getQueryData<Conversation>(chatKeys.one("c1"))).toMatchObject({ readSeq: 9, unread: 0 });
    expect(sent).toEqual([]);
    runTimers();
    expect(sent).toEqual(["socket 9"]);
    expect([pointers.isSent("c1", 9), pointers.isSent("c1", 10)]).toEqual([true, false]);
  });

  it("send nothing for messages that the server has already marked as read, or for an own message", () => {
    client.setQueryData(chatKeys.one("c1"), sampleConversation("c1", 9, { readSeq: 9, unread: 0 }));
    pointers.markRead("c1", 9);
    pointers.onOwnMessage("c1", 10);
    pointers.markRead("c1", 10);
    runTimers();
    expect(sent).toEqual([]);
  });

  it("are sent again by the next socket, because the last one may have lost them", () => {
    pointers.markRead("c1", 9);
    runTimers();
    pointers.onWelcome("c1");
    expect(sent).toEqual(["socket 9", "socket 9"]);
  });

  it("are sent over HTTP without a socket, and by the next socket when the request fails as well", async () => {
    isSocketUp = false;
    pointers.markRead("c1", 5);
    runTimers();
    expect(sent).toEqual(["http 5"]);
    isHttpUp = false;
    pointers.markRead("c1", 9);
    runTimers();
    await Promise.resolve();
    isSocketUp = true;
    pointers.onWelcome("c1");
    expect(sent).toEqual(["http 5", "socket 9"]);
  });

  it("are sent over HTTP when the page is left before they were sent", () => {
    pointers.markRead("c1", 9);
    pointers.flush();
    expect(sent).toEqual(["http 9"]);
  });

  it("are not sent after the session has ended", () => {
    pointers.markRead("c1", 9);
    pointers.dispose();
    runTimers();
    expect(sent).toEqual([]);
  });
});
