/** Timings and limits of a connection. A name's last word is its unit. */

/** The interval between pings. */
export const HEARTBEAT_MS = 25_000;
/** A socket from which nothing arrives for this long after a ping counts as lost. */
export const PONG_TIMEOUT_MS = 4_000;
/**
 * A socket without a welcome frame after this long counts as failed. The value is high on purpose: a server to which all
 * clients reconnect at once is slow, and further attempts would make it slower.
 */
export const WELCOME_TIMEOUT_MS = 30_000;
/** After this long without a welcome frame, polling starts beside the attempt. */
export const POLLING_AFTER_MS = 20_000;
/** An attempt older than this is replaced by a new one when the network or the page comes back. */
export const SLOW_AFTER_MS = 8_000;
/** A gap that was requested and has not arrived after this long is requested again. */
export const GAP_TIMEOUT_MS = 4_000;
/** After this many requests without an answer, the position is dropped and everything is read again. */
export const GAP_MAX_REQUESTS = 2;
/** A socket that stayed up for this long resets the backoff. */
export const STABLE_MS = 5_000;
/** After this many failed attempts in a row, the connection polls. */
export const FAILURES_BEFORE_POLLING = 3;
/** An event that was committed before the page was read may reach the room up to this much later. */
export const DELIVERY_MARGIN_MS = 5_000;

/** Polling intervals: while the page is visible, while it is not, and of an open post, whose poll refetches the page. */
export const POLL_VISIBLE_MS = 5_000;
export const POLL_HIDDEN_MS = 30_000;
export const POST_REFRESH_MS = 10_000;

/** The maximal number of commands waiting on one socket. `send` refuses further ones. */
export const COMMAND_QUEUE_MAX = 100;
