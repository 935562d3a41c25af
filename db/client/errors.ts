/**
 * Errors of the database client: refusals with an API error code, an unreachable database, a repeated
 * request.
 */

/** A statement raised one of the API's error codes. The whole batch was rolled back. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string) {
    super(code);
    this.name = "Refused";
    this.status = status;
    this.code = code;
  }
}

/**
 * Postgres could not be reached, or did not answer within the timeout. A write may or may not have been
 * committed.
 */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super("The database cannot be reached", { cause });
    this.name = "DatabaseUnavailable";
  }
}

/** The idempotency key was used before with the same request; `answer` is the stored response. */
export class Replayed extends Error {
  readonly answer: unknown[];
  constructor(answer: unknown[]) {
    super("REPLAY");
    this.name = "Replayed";
    this.answer = answer;
  }
}
