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

const STATEMENT_MAX_CHARS = 60;

/**
 * A failure of Postgres or of the connection, as it may be logged: its SQLSTATE and the beginning of each
 * statement, whose parameters are `$1`, `$2`. The driver's own errors have the parameters, and Postgres quotes
 * values in its messages: tokens, hashes and addresses would be in the logs.
 */
export class StatementFailed extends Error {
  /** Null when no answer of Postgres arrived. */
  readonly sqlState: string | null;
  constructor(error: unknown, statements: readonly string[]) {
    const sqlState = sqlStateOf(error);
    const names = statements.map((text) => text.replace(/\s+/g, " ").trim().slice(0, STATEMENT_MAX_CHARS));
    super(`${sqlState ? `SQLSTATE ${sqlState}` : reasonOf(error)} in: ${names.join("; ")}`);
    this.name = "StatementFailed";
    this.sqlState = sqlState;
  }
}

/** The error and its causes, outermost first. */
function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let each = error; each instanceof Error && chain.length < 5; each = each.cause) chain.push(each);
  return chain;
}

/** The SQLSTATE of an error of the Neon driver, or of an error that wraps one. */
export function sqlStateOf(error: unknown): string | null {
  for (const each of chainOf(error)) {
    const code: unknown = Object(each).code;
    if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code)) return code;
  }
  return null;
}

/** Why no answer arrived. Only the client's own message is kept; the names of the others. */
function reasonOf(error: unknown): string {
  const names = chainOf(error).map(({ name, message }) =>
    /^no response within \d+ ms$/.test(message) ? message : name,
  );
  return names.join(" < ") || "Unknown error";
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
