/** Bare limits of the database's side. */

/** How long a write may take before the request gives up; plaza_app's transaction_timeout is shorter. */
export const ROUND_TRIP_TIMEOUT_MS = 5_000;
/** A read that takes longer is answered as unavailable, within two seconds in all (R6): a reader would rather try again. */
export const READ_TIMEOUT_MS = 1_700;
/** Crons may take their time; plaza_service's statement_timeout is as long. */
export const SERVICE_TIMEOUT_MS = 30_000;
/** How often a batch that Postgres broke to end a deadlock is sent in all. */
export const DEADLOCK_TRIES = 3;
/** "99+" is all a reader wants to know of what is new. */
export const NEW_COUNT_MOST = 100;
/** Suggestions of the mention picker. */
export const HANDLE_SUGGESTIONS = 8;
/** People in the list one picks from. */
export const PEOPLE_FOUND_MOST = 20;
/** "100" is all a reader wants to know of how many followers of somebody they follow. */
export const FOLLOWED_BY_MOST = 100;
/**
 * Viewers' batches that one isolate has under way at a time. A healthy database answers one in a few milliseconds, so
 * more than this means that it cannot keep up: the next caller is told to come back instead of made to wait.
 */
export const BATCHES_IN_FLIGHT = 64;
