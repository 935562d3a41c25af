import { expect, test, vi } from "vitest";
import { ApiError } from "../../../api/api-error.ts";
import { noReplyError } from "./pending-replies.ts";
import { bySocketOrHttp } from "./socket-or-http.ts";

const failing = (error: unknown) => async () => {
  throw error;
};

test("a command that succeeded over the socket is not sent over HTTP", async () => {
  const request = vi.fn(async () => "done");
  expect(await bySocketOrHttp(async () => undefined, request)).toBeNull();
  expect(request).not.toHaveBeenCalled();
});

test("without a socket, or without its reply, the command is sent over HTTP", async () => {
  expect(await bySocketOrHttp(failing(noReplyError()), async () => "done")).toBe("done");
});

test("a refusal by the room is thrown and not retried over HTTP", async () => {
  const refusal = new ApiError({ status: 403, code: "FORBIDDEN", message: "no" });
  const request = vi.fn(async () => "done");
  await expect(bySocketOrHttp(failing(refusal), request)).rejects.toBe(refusal);
  expect(request).not.toHaveBeenCalled();
});
