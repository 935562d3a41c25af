import { expect, test } from "vitest";
import { StatementFailed, sqlStateOf } from "./errors.ts";

const SECRET = "secret-token-4711";
/** As drizzle wraps an error of the Neon driver. */
const wrapped = () =>
  new Error(`Failed query: select * from sessions where token = $1\nparams: ${SECRET}`, {
    cause: Object.assign(new Error(`canceling statement, ${SECRET}`), {
      code: "57014",
      detail: `Key (token)=(${SECRET})`,
    }),
  });

test.each([
  ["an error of Postgres", wrapped()],
  ["a refused connection", new TypeError(`fetch failed: postgres://app:${SECRET}@host/db`)],
  ["something that is no error", SECRET],
])("%s is logged without any value", (_what, error) => {
  const failed = new StatementFailed(error, ["select *\n  from sessions where token = $1"]);
  expect(`${failed.message} ${failed.stack} ${JSON.stringify(failed)} ${String(failed.cause)}`).not.toContain(
    SECRET,
  );
  expect(failed.message).toContain("in: select * from sessions where token = $1");
});

test("the SQLSTATE is found below the errors that wrap it", () => {
  expect(sqlStateOf(wrapped())).toBe("57014");
  expect(new StatementFailed(wrapped(), ["select 1"]).message).toBe("SQLSTATE 57014 in: select 1");
  expect(sqlStateOf(new Error("x"))).toBeNull();
});

test("the client's own timeout keeps its words, and a long statement is cut", () => {
  const timeout = new Error("aborted", { cause: new Error("no response within 800 ms") });
  const { message } = new StatementFailed(timeout, [`select ${"x".repeat(500)}`]);
  expect(message).toMatch(/^Error < no response within 800 ms in: select x+$/);
  expect(message.length).toBeLessThan(120);
});
