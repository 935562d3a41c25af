/** What Postgres can say no with, told apart from everything else that can go wrong. */

/** The database refused a statement with one of the API's codes; nothing of the batch happened. */
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

/** Postgres could not be reached, or did not answer in time. The outcome of a write is unknown. */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super("The database cannot be reached", { cause });
    this.name = "DatabaseUnavailable";
  }
}

/** The idempotency key was used before for this very request; `answer` is what was answered then. */
export class Replayed extends Error {
  readonly answer: unknown[];
  constructor(answer: unknown[]) {
    super("REPLAY");
    this.name = "Replayed";
    this.answer = answer;
  }
}
