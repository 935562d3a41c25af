/**
 * The judge of every fault run: from the record alone, what was lost, doubled, out of order or kept silent. Pure, so that
 * planted faults can show that it sees them.
 */
import type { Arrival, ClientView, ConversationRecord, SeenMessage } from "./history.ts";

const EXAMPLES_KEPT = 5;

export const faults = {
  lost: "acknowledged, but not stored",
  storedTwice: "stored twice",
  twoPlaces: "one client id with two places",
  holes: "places that nobody has",
  inversions: "out of order",
  unequal: "not the same for everybody",
  silentGaps: "missed without a word",
  bodyDiffers: "other words than were sent",
  doubled: "told twice on one connection",
  phantoms: "told or stored, though it is not there or nobody sent it",
  unfinished: "a client that was told to read again and has not",
} as const;
export type FaultName = keyof typeof faults;

export type Finding = { count: number; examples: string[] };
export type Verdict = Record<FaultName, Finding>;

export const isRight = (verdict: Verdict): boolean =>
  Object.values(verdict).every(({ count }) => count === 0);

/** Judges a whole run, conversation by conversation. */
export function check(records: readonly ConversationRecord[]): Verdict {
  const book = new Book();
  for (const record of records) checkConversation(record, book);
  return book.verdict;
}

/** One line per fault that was found; "nothing" when all is right. */
export function explainVerdict(verdict: Verdict): string {
  const lines = Object.entries(verdict)
    .filter(([, { count }]) => count > 0)
    .map(
      ([name, { count, examples }]) =>
        `${name} (${faults[name as FaultName]}): ${count}, such as ${examples.join("; ")}`,
    );
  return lines.length === 0 ? "nothing" : lines.join("\n");
}

class Book {
  readonly verdict: Verdict = Object.fromEntries(
    Object.keys(faults).map((name) => [name, { count: 0, examples: [] }]),
  ) as unknown as Verdict;

  note(name: FaultName, example: string): void {
    const finding = this.verdict[name];
    finding.count += 1;
    if (finding.examples.length < EXAMPLES_KEPT) finding.examples.push(example);
  }
}

function checkConversation(record: ConversationRecord, book: Book): void {
  const { rows, pages } = record;
  checkRows(record, book);
  checkAcks(record, book);
  checkTimes(record, book);
  if (pages) compareArchives(record.id, rows, pages, book);
  const truth = new Map(rows.map((row) => [row.seq, row]));
  for (const view of record.views) checkView(record.id, view, truth, book);
}

/** The archive by itself and against what was wanted: once each, in places without holes, in the sender's words. */
function checkRows({ id, rows, intents }: ConversationRecord, book: Book): void {
  const wanted = new Map(intents.map((intent) => [intent.clientId, intent]));
  const byClientId = new Map<string, SeenMessage>();
  const bySeq = new Map<number, SeenMessage>();
  let highest = 0;
  for (const row of rows) {
    highest = Math.max(highest, row.seq);
    if (bySeq.has(row.seq)) book.note("storedTwice", `${id} place ${row.seq}`);
    bySeq.set(row.seq, row);
    if (row.clientId !== null && byClientId.has(row.clientId))
      book.note("storedTwice", `${id} client id ${row.clientId}`);
    if (row.clientId !== null) byClientId.set(row.clientId, row);
    if (row.kind === "notice") continue;
    const intent = wanted.get(row.clientId ?? "");
    if (!intent || intent.senderId !== row.senderId) book.note("phantoms", `${id} stored ${row.clientId}`);
    else if (intent.body !== row.body) book.note("bodyDiffers", `${id} stored at ${row.seq}`);
  }
  for (let seq = 1; seq <= highest; seq += 1) if (!bySeq.has(seq)) book.note("holes", `${id} place ${seq}`);
}

/** Every acknowledged message is in the archive, at the place and under the id that were acknowledged. */
function checkAcks({ id, rows, acks }: ConversationRecord, book: Book): void {
  const stored = new Map(rows.map((row) => [row.clientId, row]));
  const first = new Map<string, { seq: number; id: string }>();
  for (const ack of acks) {
    const before = first.get(ack.clientId);
    if (before) {
      if (before.seq !== ack.seq || before.id !== ack.id)
        book.note("twoPlaces", `${id} ${ack.clientId}: ${before.seq} and ${ack.seq}`);
      continue;
    }
    first.set(ack.clientId, ack);
    const row = stored.get(ack.clientId);
    if (!row) book.note("lost", `${id} ${ack.clientId} acknowledged as ${ack.seq}`);
    else if (row.seq !== ack.seq || row.id !== ack.id)
      book.note("twoPlaces", `${id} ${ack.clientId}: acknowledged as ${ack.seq}, stored as ${row.seq}`);
  }
}

/** What was acknowledged before something else was first sent stands before it. */
function checkTimes({ id, rows, intents, acks }: ConversationRecord, book: Book): void {
  const sentAt = new Map(intents.map((intent) => [intent.clientId, intent.sentAt]));
  const receivedAt = new Map<string, number>();
  for (const ack of acks)
    receivedAt.set(ack.clientId, Math.min(ack.receivedAt, receivedAt.get(ack.clientId) ?? Infinity));
  let latestSent = -Infinity;
  for (const row of [...rows].sort((one, other) => one.seq - other.seq)) {
    if (row.clientId === null) continue;
    if ((receivedAt.get(row.clientId) ?? Infinity) < latestSent)
      book.note("inversions", `${id} place ${row.seq} was acknowledged before an earlier place was sent`);
    latestSent = Math.max(latestSent, sentAt.get(row.clientId) ?? -Infinity);
  }
}

/** Postgres and the room's API tell the same story. */
function compareArchives(id: string, rows: SeenMessage[], pages: SeenMessage[], book: Book): void {
  const other = new Map(pages.map((message) => [message.seq, message]));
  for (const row of rows) {
    const page = other.get(row.seq);
    other.delete(row.seq);
    if (!page || !isSame(row, page))
      book.note("unequal", `${id} place ${row.seq}: Postgres and the pages differ`);
  }
  for (const seq of other.keys()) book.note("unequal", `${id} place ${seq} is in the pages only`);
}

function checkView(id: string, view: ClientView, truth: Map<number, SeenMessage>, book: Book): void {
  const where = `${id} ${view.client}`;
  const seen = new Map<number, SeenMessage>();
  /** The room's own log, by connection: what it says there comes once and in order. */
  let live: { connection: number; number: number } = { connection: 0, number: 0 };
  let lastSeq = 0;
  let mustRead = false;
  for (const step of view.steps) {
    if (step.kind === "resync") {
      mustRead = true;
      seen.clear();
    } else if (step.kind === "read") {
      mustRead = false;
      for (const message of step.messages) look(message);
    } else {
      live = checkLive(where, step, live, book);
      if (step.kind === "other" || !step.isApplied) continue;
      const { seq } = step.message;
      if (seq <= lastSeq) book.note("inversions", `${where}: ${seq} after ${lastSeq}`);
      lastSeq = Math.max(lastSeq, seq);
      look(step.message);
    }
  }
  if (mustRead) book.note("unfinished", where);
  else
    for (const seq of truth.keys())
      if (seq > view.after && !seen.has(seq)) book.note("silentGaps", `${where} lacks ${seq}`);

  function look(message: SeenMessage): void {
    const row = truth.get(message.seq);
    if (!row || row.id !== message.id) {
      const isElsewhere = row !== undefined;
      book.note(isElsewhere ? "unequal" : "phantoms", `${where} has ${message.id} at ${message.seq}`);
    } else if (row.body !== message.body) book.note("bodyDiffers", `${where} at ${message.seq}`);
    seen.set(message.seq, message);
  }
}

function checkLive(
  where: string,
  { via, connection, number }: Arrival,
  live: { connection: number; number: number },
  book: Book,
): { connection: number; number: number } {
  if (via !== "live") return live;
  if (connection !== live.connection) return { connection, number };
  if (number === live.number) book.note("doubled", `${where}: event ${number}`);
  else if (number < live.number) book.note("inversions", `${where}: event ${number} after ${live.number}`);
  return { connection, number: Math.max(number, live.number) };
}

const isSame = (one: SeenMessage, other: SeenMessage): boolean =>
  one.id === other.id &&
  one.body === other.body &&
  one.clientId === other.clientId &&
  one.senderId === other.senderId;
