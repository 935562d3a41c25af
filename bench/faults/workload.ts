/** The clients of a fault run and the messages they send; at the end, the history for the checker. */
import { setTimeout as sleep } from "node:timers/promises";
import { ChatClient, type ChatClientOptions } from "../chat/chat-client.ts";
import { ConversationHttp } from "../chat/conversation-http.ts";
import { randomFrom } from "../load/actions.ts";
import type { Environment, TestConversation } from "./environment.ts";
import type { ConversationRecord } from "./history.ts";

export type ClientOverrides = Partial<Omit<ChatClientOptions, "url" | "conversationId" | "person">>;

const OPEN_BATCH = 50;
const WORDS = "the quick brown fox jumps over a lazy dog, šiandien žąsys skrenda, 今日は 👩‍🚀 <b>&amp;".split(
  " ",
);

export class Workload {
  readonly clients: ChatClient[] = [];
  readonly #environment: Environment;
  readonly #conversationOf = new Map<ChatClient, TestConversation>();
  readonly #random = randomFrom(7);
  #sentCount = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Opens one client for every member of every conversation. */
  async openAll(overrides: (index: number) => ClientOverrides = () => ({})): Promise<this> {
    const memberships = this.#environment.conversations.flatMap((conversation) =>
      conversation.people.map((person) => ({ conversation, person })),
    );
    for (let from = 0; from < memberships.length; from += OPEN_BATCH) {
      const some = memberships.slice(from, from + OPEN_BATCH);
      await Promise.all(
        some.map(({ conversation, person }, at) =>
          this.join(conversation, person, overrides(from + at)).open(),
        ),
      );
    }
    return this;
  }

  /** Adds a further client, not opened yet. */
  join(
    conversation: TestConversation,
    person: TestConversation["people"][number],
    overrides: ClientOverrides = {},
  ): ChatClient {
    const client = new ChatClient({
      url: this.#environment.url,
      conversationId: conversation.id,
      person,
      ...overrides,
    });
    this.clients.push(client);
    this.#conversationOf.set(client, conversation);
    return client;
  }

  clientsIn(conversation: TestConversation): ChatClient[] {
    return this.clients.filter((client) => this.#conversationOf.get(client) === conversation);
  }

  /** A text that was not used before. */
  nextText(): string {
    this.#sentCount += 1;
    const count = 1 + Math.floor(this.#random() * 12);
    const some = Array.from({ length: count }, () => WORDS[Math.floor(this.#random() * WORDS.length)]);
    return `${this.#sentCount} ${some.join(" ")}`;
  }

  /** Each client sends one message after another, as soon as the last one was acknowledged, until `isOver`. */
  async chat(
    isOver: () => boolean,
    senders: readonly ChatClient[] = this.clients,
    isPaused: (client: ChatClient) => boolean = () => false,
  ): Promise<void> {
    await Promise.all(
      senders.map(async (client) => {
        while (!isOver() && !client.isEnded) {
          if (!isPaused(client)) await client.send(this.nextText());
          await sleep(this.#random() * 20);
        }
      }),
    );
  }

  /**
   * Sends this many messages a second from random clients, whatever the acknowledgements do. Resolves when
   * all are acknowledged.
   */
  async chatAt(ratePerSecond: number, seconds: number, senders: readonly ChatClient[] = this.clients) {
    const sent: Promise<unknown>[] = [];
    const startedAt = performance.now();
    for (let turn = 0; turn < ratePerSecond * seconds; turn += 1) {
      const dueInMs = startedAt + (turn * 1_000) / ratePerSecond - performance.now();
      if (dueInMs > 1) await sleep(dueInMs);
      const sender = senders[Math.floor(this.#random() * senders.length)];
      if (sender) sent.push(sender.send(this.nextText()));
    }
    await Promise.all(sent);
  }

  get acked(): number {
    return this.clients.reduce((sum, { acks }) => sum + acks.length, 0);
  }

  /**
   * Waits until every message is acknowledged and archived, and every client has caught up. Never throws:
   * the checker reports what is not so. Returns when the archive was complete (performance.now()).
   */
  async settle(timeoutMs = 90_000): Promise<{ storedAt: number }> {
    const until = performance.now() + timeoutMs;
    const waitUntil = async (isTrue: () => boolean | Promise<boolean>) => {
      while (!(await isTrue()) && performance.now() < until) await sleep(100);
    };
    await waitUntil(() => this.clients.every(({ waiting, isEnded }) => isEnded || waiting === 0));
    const acked = new Set(this.clients.flatMap(({ acks }) => acks.map(({ clientId }) => clientId))).size;
    const ids = this.#environment.conversations.map(({ id }) => id);
    await waitUntil(async () => (await this.#environment.stored(ids).catch(() => 0)) >= acked);
    const storedAt = performance.now();
    const open = this.clients.filter(({ isEnded }) => !isEnded);
    for (const { link } of open) link.ping();
    await sleep(Math.min(500, timeoutMs));
    await waitUntil(() => open.every(({ isLive }) => isLive) && this.#areEqual(open));
    return { storedAt };
  }

  /** The histories of all conversations, for the checker. */
  async records(hasPages = true): Promise<ConversationRecord[]> {
    const records: ConversationRecord[] = [];
    for (const conversation of this.#environment.conversations) {
      const clients = this.clientsIn(conversation);
      const [first] = conversation.people;
      if (!first) continue;
      const http = new ConversationHttp(this.#environment.url, conversation.id, first);
      records.push({
        id: conversation.id,
        intents: clients.flatMap(({ intents }) => intents),
        acks: clients.flatMap(({ acks }) => acks),
        views: clients.filter(({ isEnded }) => !isEnded).map((client) => client.view()),
        rows: await this.#environment.rows(conversation.id),
        pages: hasPages ? await http.readAfter(0) : null,
      });
    }
    return records;
  }

  /** Frames of unknown shape, over all clients. */
  get invalidFrames(): string[] {
    return this.clients.flatMap(({ link }) => link.invalidFrames);
  }

  close(): void {
    for (const client of this.clients) client.close();
  }

  #areEqual(clients: readonly ChatClient[]): boolean {
    const heads = new Map<TestConversation | undefined, number | undefined>();
    return clients.every((client) => {
      const conversation = this.#conversationOf.get(client);
      const seq = client.link.position?.seq;
      if (!heads.has(conversation)) heads.set(conversation, seq);
      return heads.get(conversation) === seq;
    });
  }
}
