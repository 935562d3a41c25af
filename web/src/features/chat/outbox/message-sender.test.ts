import { beforeEach, describe, expect, it } from "vitest";
import { ApiError, networkError } from "../../../api/api-error.ts";
import type { Conversation, MessageAck } from "../../../realtime/views.ts";
import { sampleConversation, sampleEntry, sampleMember } from "../data/sample.test-data.ts";
import { createMessageSender, type MessageSender } from "./message-sender.ts";

const ack = (id: string): MessageAck => ({ clientId: "x", seq: 1, id, at: "2026-01-01T00:00:00.000Z" });
const refusal = (code: string, status: number) => new ApiError({ status, code, message: "" });
const entry = sampleEntry("x");

let sender: MessageSender;
let bySocket: (() => Promise<MessageAck>) | null;
let byHttp: (signal: AbortSignal) => Promise<MessageAck>;
let conversation: Conversation | null;
let unauthenticated: number;
let timers: (() => void)[];

beforeEach(() => {
  bySocket = null;
  byHttp = async () => ack("http");
  conversation = null;
  unauthenticated = 0;
  timers = [];
  sender = createMessageSender({
    sendBySocket: () => bySocket?.() ?? null,
    sendByHttp: (_entry, signal) => byHttp(signal),
    findConversation: async () => conversation,
    onUnauthenticated: () => {
      unauthenticated += 1;
    },
    setTimer: (run) => timers.push(run),
  });
});

describe("sending a message", () => {
  it("uses the socket when it is up, else HTTP", async () => {
    expect(await sender.send(entry)).toEqual(ack("http"));
    bySocket = async () => ack("socket");
    expect(await sender.send(entry)).toEqual(ack("socket"));
  });

  it("uses HTTP when the socket closes before the reply, but not when the room refuses the message", async () => {
    bySocket = () => Promise.reject(networkError(null));
    expect(await sender.send(entry)).toEqual(ack("http"));
    bySocket = () => Promise.reject(refusal("UNAVAILABLE", 503));
    await expect(sender.send(entry)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  it("aborts a request that hangs after a new socket is up, and sends by that socket", async () => {
    byHttp = (signal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(networkError(null))));
    const sending = sender.send(entry);
    bySocket = async () => ack("socket");
    sender.onWelcome("another conversation");
    expect(timers).toEqual([]);
    sender.onWelcome(entry.conversationId);
    for (const run of timers) run();
    expect(await sending).toEqual(ack("socket"));
  });

  it("reports a lost session", async () => {
    byHttp = () => Promise.reject(refusal("SESSION_EXPIRED", 401));
    await expect(sender.send(entry)).rejects.toMatchObject({ code: "SESSION_EXPIRED" });
    expect(unauthenticated).toBe(1);
  });

  it("distinguishes the request limit from a block", async () => {
    byHttp = () => Promise.reject(refusal("FORBIDDEN", 403));
    await expect(sender.send(entry)).rejects.toMatchObject({ code: "FORBIDDEN" });
    const participants = [sampleMember("ann"), sampleMember("ben", { state: "requested" })];
    conversation = sampleConversation("c1", 3, { participants });
    await expect(sender.send(entry)).rejects.toMatchObject({ code: "NOT_ACCEPTED" });
  });
});
