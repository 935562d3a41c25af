import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../../api/api-error.ts";
import type { Conversation } from "../../../realtime/views.ts";
import { createConversationEvents, type LeftEvent, type MemberStateEvent } from "../live/chat.events.ts";
import { readConversation } from "./chat.api.ts";
import { type ConversationPages, chatKeys, findConversation } from "./chat.cache.ts";
import { type ChatQueries, conversationQuery, createChatQueries } from "./chat.queries.ts";
import { sampleConversation } from "./sample.test-data.ts";

vi.mock("./chat.api.ts");

const notFound = new ApiError({ status: 404, code: "NOT_FOUND", message: "" });
const totals = { unread: 0, requests: 0, version: 1 };
const left: LeftEvent = { id: "c1", totals };

let client: QueryClient;
let queries: ChatQueries;
const list = () => client.getQueryData<ConversationPages>(chatKeys.list("accepted"));

beforeEach(() => {
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries = createChatQueries({
    client,
    accountId: "ann",
    events: createConversationEvents(client, "ann"),
    isOwnSession: () => true,
    onConfirmed: () => {},
    onDelivered: () => {},
  });
});

/** A response of the server that the test resolves later. */
function pendingAnswer() {
  const { promise, resolve } = Promise.withResolvers<Conversation>();
  vi.mocked(readConversation).mockReturnValueOnce(promise);
  return resolve;
}

describe("a conversation that the account has left", () => {
  it("shows no older copy from a list while its page reads it again", async () => {
    // The list answers before the conversation, and its copy is then outdated by a new name.
    const answer = pendingAnswer();
    const observer = new QueryObserver(client, conversationQuery(client, "c1"));
    const shown: (string | null | undefined)[] = [];
    const stop = observer.subscribe(({ data }) => shown.push(data?.name));
    client.setQueryData<ConversationPages>(chatKeys.list("accepted"), {
      items: [sampleConversation("c1", 3, { name: "Choir" })],
      nextCursor: null,
    });
    observer.setOptions(conversationQuery(client, "c1"));
    answer(sampleConversation("c1", 3, { name: "Small choir", version: 2 }));
    await vi.waitFor(() => expect(shown.at(-1)).toBe("Small choir"));

    vi.mocked(readConversation).mockRejectedValue(notFound);
    queries.onChatEvent({ type: "conversation.left", data: left });
    await vi.waitFor(() => expect(observer.getCurrentResult().error).toBe(notFound));
    expect(shown).not.toContain("Choir");
    expect(list()?.items).toEqual([]);
    stop();
  });

  it("is not added again by a read that was in flight", async () => {
    client.setQueryData<ConversationPages>(chatKeys.list("accepted"), {
      items: [sampleConversation("c1")],
      nextCursor: null,
    });
    const answer = pendingAnswer();
    const memberState = {
      ...sampleConversation("c1", 4),
      version: 2,
      state: "accepted",
      isMuted: false,
    } as const;
    queries.onChatEvent({
      type: "conversation.touched",
      data: { conversation: memberState, totals } as MemberStateEvent,
    });
    queries.onChatEvent({ type: "conversation.left", data: left });
    answer(sampleConversation("c1", 4, { version: 2 }));
    await new Promise((resolve) => setTimeout(resolve));
    expect(findConversation(client, "c1")).toBeUndefined();
    expect(list()?.items).toEqual([]);
  });
});
