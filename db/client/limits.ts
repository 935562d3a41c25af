/** Limits of the database client: timeouts, retries, concurrency. */

/**
 * Timeout of a write batch. plaza_app's transaction_timeout (4 s) is shorter, so that no write commits after
 * it.
 */
export const ROUND_TRIP_TIMEOUT_MS = 5_000;
/** Timeout of a read batch. A slow read is answered with UNAVAILABLE within two seconds in all (R6). */
export const READ_TIMEOUT_MS = 1_700;
/** Timeout of a batch of plaza_service; its statement_timeout is the same. */
export const SERVICE_TIMEOUT_MS = 30_000;
/** Attempts for a batch that ends in a deadlock or a serialization failure, the first included. */
export const DEADLOCK_ATTEMPTS_MAX = 3;
/**
 * Concurrent viewers' batches of one isolate. A healthy database answers a batch in a few milliseconds, so
 * more than this means overload: the next request fails at once with UNAVAILABLE instead of waiting.
 */
export const CONCURRENT_BATCHES_MAX = 64;
/** Ids of delivered outbox rows that an isolate buffers until a write deletes their rows. */
export const DELIVERED_IDS_MAX = 5_000;
/** Delivered outbox rows that one write deletes. */
export const DELIVERED_IDS_PER_WRITE_MAX = 200;
