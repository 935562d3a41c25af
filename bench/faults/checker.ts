/**
 * The checker of every fault run: from the history alone it finds what was lost, duplicated, out of order
 * or silently skipped. Pure, so that seeded faults can prove that it finds them.
 */
import type { Arrival, ClientView, ConversationRecord, RecordedMessage } from "./history.ts";

const EXAMPLES_KEPT = 5;

export const faults = {
  lost: "acknowledged, but not stored",
  storedTwice: "stored twice",
  seqConflicts: "one client id with two places",
  holes: "places that nobody has",
  inversions: "out of order",
  unequal: "not the same for everybody",
  silentGaps: "missed without a word",
  bodyDiffers: "other words than were sent",
  doubled: "delivered twice on one connection",
  phantoms: "delivered or stored, but not in the archive or not sent by anybody",
  unfinished: "a client that received resync and did not read again",
} as const;
export type FaultName = keyof typeof faults;

export type Finding = { count: number; examples: string[] };
export type Verdict = Record<FaultName, Finding>;

export const isPassed = (verdict: Verdict): boolean =>
  Object.values(verdict).every(({ count }) => count === 0);

/** Checks a whole run, conversation by conversation. */
export function check(records: readonly ConversationRecord[]): Verdict {
  const findings = new Findings();
  for (const record of records) checkConversation(record, findings);
  return findings.verdict;
}

/** One line per fault found; "nothing" when there is none. */
export function explainVerdict(verdict: Verdict): string {
  const lines = Object.entries(verdict)
    .filter(([, { count }]) => count > 0)
    .map(
      ([name, { count, examples }]) =>
        `${name} (${faults[name as FaultName]}): ${count}, such as ${examples.join("; ")}`,
    );
  return lines.length === 0 ? "nothing" : lines.join("\n");
}

class Findings {
  readonly verdict: Verdict = Object.fromEntries(
    Object.keys(faults).map((name) => [name, { count: 0, examples: [] }]),
  ) as unknown as Verdict;

  note(name: FaultName, example: string): void {
    const finding = this.verdict[name];
    finding.count += 1;
    if (finding.examples.length < EXAMPLES_KEPT) finding.examples.push(example);
  }
}

function checkConversation(record: ConversationRecord, findings: Findings): void {
  const { rows, pages } = record;
  checkRows(record, findings);
  checkAcks(record, findings);
  checkTimes(record, findings);
  if (pages) compareArchives(record.id, rows, pages, findings);
  const truth = new Map(rows.map((row) => [row.seq, row]));
  for (const view of record.views) checkView(record.id, view, truth, findings);
}

/**
 * The archive itself, and against the intents: each message once, sequence numbers without holes, the
 * sender's text.
 */
function checkRows({ id, rows, intents }: ConversationRecord, findings: Findings): void {
  const wanted = new Map(intents.map((intent) => [intent.clientId, intent]));
  const byClientId = new Map<string, RecordedMessage>();
  const bySeq = new Map<number, RecordedMessage>();
  let highest = 0;
  for (const row of rows) {
    highest = Math.max(highest, row.seq);
    if (bySeq.has(row.seq)) findings.note("storedTwice", `${id} seq ${row.seq}`);
    bySeq.set(row.seq, row);
    if (row.clientId !== null && byClientId.has(row.clientId))
      findings.note("storedTwice", `${id} client id ${row.clientId}`);
    if (row.clientId !== null) byClientId.set(row.clientId, row);
    if (row.kind === "notice") continue;
    const intent = wanted.get(row.clientId ?? "");
    if (!intent || intent.senderId !== row.senderId)
      findings.note("phantoms", `${id} stored ${row.clientId}`);
    else if (intent.body !== row.body) findings.note("bodyDiffers", `${id} stored at ${row.seq}`);
  }
  for (let seq = 1; seq <= highest; seq += 1) if (!bySeq.has(seq)) findings.note("holes", `${id} seq ${seq}`);
}

/** Every acknowledged message is in the archive under the acknowledged sequence number and id. */
function checkAcks({ id, rows, acks }: ConversationRecord, findings: Findings): void {
  const stored = new Map(rows.map((row) => [row.clientId, row]));
  const first = new Map<string, { seq: number; id: string }>();
  for (const ack of acks) {
    const before = first.get(ack.clientId);
    if (before) {
      if (before.seq !== ack.seq || before.id !== ack.id)
        findings.note("seqConflicts", `${id} ${ack.clientId}: ${before.seq} and ${ack.seq}`);
      continue;
    }
    first.set(ack.clientId, ack);
    const row = stored.get(ack.clientId);
    if (!row) findings.note("lost", `${id} ${ack.clientId} acknowledged as ${ack.seq}`);
    else if (row.seq !== ack.seq || row.id !== ack.id)
      findings.note(
        "seqConflicts",
        `${id} ${ack.clientId}: acknowledged as ${ack.seq}, stored as ${row.seq}`,
      );
  }
}

/** A message that was acknowledged before another one was first sent has the smaller sequence number. */
function checkTimes({ id, rows, intents, acks }: ConversationRecord, findings: Findings): void {
  const sentAt = new Map(intents.map((intent) => [intent.clientId, intent.sentAt]));
  const receivedAt = new Map<string, number>();
  for (const ack of acks)
    receivedAt.set(ack.clientId, Math.min(ack.receivedAt, receivedAt.get(ack.clientId) ?? Infinity));
  let latestSent = -Infinity;
  for (const row of [...rows].sort((one, other) => one.seq - other.seq)) {
    if (row.clientId === null) continue;
    if ((receivedAt.get(row.clientId) ?? Infinity) < latestSent)
      findings.note("inversions", `${id} seq ${row.seq} was acknowledged before a smaller seq was sent`);
    latestSent = Math.max(latestSent, sentAt.get(row.clientId) ?? -Infinity);
  }
}

/** Postgres and the room's API return the same messages. */
function compareArchives(
  id: string,
  rows: RecordedMessage[],
  pages: RecordedMessage[],
  findings: Findings,
): void {
  const other = new Map(pages.map((message) => [message.seq, message]));
  for (const row of rows) {
    const page = other.get(row.seq);
    other.delete(row.seq);
    if (!page || !isSame(row, page))
      findings.note("unequal", `${id} seq ${row.seq}: Postgres and the pages differ`);
  }
  for (const seq of other.keys()) findings.note("unequal", `${id} seq ${seq} is in the pages only`);
}

function checkView(
  id: string,
  view: ClientView,
  truth: Map<number, RecordedMessage>,
  findings: Findings,
): void {
  const where = `${id} ${view.client}`;
  const seen = new Map<number, RecordedMessage>();
  /** The room's event log, by connection: each event arrives once and in order. */
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
      live = checkLive(where, step, live, findings);
      if (step.kind === "other" || !step.isApplied) continue;
      const { seq } = step.message;
      if (seq <= lastSeq) findings.note("inversions", `${where}: ${seq} after ${lastSeq}`);
      lastSeq = Math.max(lastSeq, seq);
      look(step.message);
    }
  }
  if (mustRead) findings.note("unfinished", where);
  else
    for (const seq of truth.keys())
      if (seq > view.after && !seen.has(seq)) findings.note("silentGaps", `${where} lacks ${seq}`);

  function look(message: RecordedMessage): void {
    const row = truth.get(message.seq);
    if (!row || row.id !== message.id) {
      const isElsewhere = row !== undefined;
      findings.note(isElsewhere ? "unequal" : "phantoms", `${where} has ${message.id} at ${message.seq}`);
    } else if (row.body !== message.body) findings.note("bodyDiffers", `${where} at ${message.seq}`);
    seen.set(message.seq, message);
  }
}

function checkLive(
  where: string,
  { via, connection, number }: Arrival,
  live: { connection: number; number: number },
  findings: Findings,
): { connection: number; number: number } {
  if (via !== "live") return live;
  if (connection !== live.connection) return { connection, number };
  if (number === live.number) findings.note("doubled", `${where}: event ${number}`);
  else if (number < live.number)
    findings.note("inversions", `${where}: event ${number} after ${live.number}`);
  return { connection, number: Math.max(number, live.number) };
}

const isSame = (one: RecordedMessage, other: RecordedMessage): boolean =>
  one.id === other.id &&
  one.body === other.body &&
  one.clientId === other.clientId &&
  one.senderId === other.senderId;
