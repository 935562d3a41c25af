/**
 * Moves mails from the dead-letter queue (five failed attempts) back to their queue, with Cloudflare's API,
 * because the dead-letter queue has no consumer.
 * https://developers.cloudflare.com/queues/configuration/pull-consumers/
 */
import { z } from "zod";

const MAIL_QUEUE = "plaza-mail";
const DEAD_QUEUE = "plaza-mail-dead";
const BATCH = 50;
/** Visibility timeout of a pulled batch: no other consumer gets it while it is moved. */
const LEASE_MS = 60_000;
/** max_retries of the pull consumer: a message that was pulled this often without acknowledgement is deleted. High, so that
 * interrupted replays lose nothing. */
const MAX_PULLS = 100;

export interface QueueApi {
  accountId: string;
  /** API token with permission to read and edit queues. */
  token: string;
  /** Base URL of the API; default Cloudflare's. */
  url?: string;
}

const queues = z.array(
  z.object({
    queue_id: z.string(),
    queue_name: z.string(),
    consumers: z.array(z.object({ type: z.string() })).default([]),
  }),
);
const pulled = z.object({
  messages: z.array(z.object({ lease_id: z.string(), body: z.string() })).default([]),
});
const envelope = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ message: z.string() })).default([]),
  result: z.unknown(),
});

/**
 * Returns how many mails were moved. Each is sent to the queue before it is acknowledged: an interruption in
 * between leaves it in both queues, and the sender ignores the duplicate by its id.
 */
export async function replayMail(api: QueueApi): Promise<number> {
  const call = caller(api);
  const found = queues.parse(await call("GET", ""));
  const queueOf = (name: string) => {
    const queue = found.find(({ queue_name }) => queue_name === name);
    if (!queue) throw new Error(`The account has no queue ${name}: was Plaza deployed there?`);
    return queue;
  };
  const [mail, dead] = [queueOf(MAIL_QUEUE), queueOf(DEAD_QUEUE)];
  if (!dead.consumers.some(({ type }) => type === "http_pull")) {
    const settings = { max_retries: MAX_PULLS };
    await call("POST", `/${dead.queue_id}/consumers`, { type: "http_pull", settings });
  }
  for (let count = 0; ; ) {
    const options = { batch_size: BATCH, visibility_timeout_ms: LEASE_MS };
    const { messages } = pulled.parse(await call("POST", `/${dead.queue_id}/messages/pull`, options));
    if (messages.length === 0) return count;
    const batch = messages.map(({ body }) => ({ body: decode(body), content_type: "json" }));
    await call("POST", `/${mail.queue_id}/messages/batch`, { messages: batch });
    const acks = messages.map(({ lease_id }) => ({ lease_id }));
    await call("POST", `/${dead.queue_id}/messages/ack`, { acks, retries: [] });
    count += messages.length;
  }
}

/** JSON bodies are pulled as base64. */
const decode = (body: string): unknown => JSON.parse(Buffer.from(body, "base64").toString("utf8"));

function caller({ accountId, token, url = "https://api.cloudflare.com/client/v4" }: QueueApi) {
  return async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/accounts/${accountId}/queues${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = envelope.safeParse(await response.json().catch(() => null));
    if (answer.success && answer.data.success) return answer.data.result;
    const reason = answer.data?.errors.map(({ message }) => message).join("; ");
    throw new Error(`Cloudflare: ${method} queues${path}: HTTP ${response.status} ${reason ?? ""}`);
  };
}
