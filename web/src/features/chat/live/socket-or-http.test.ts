import { expect, test, vi } from "vitest";
import { ApiError } from "../../../api/api-error.ts";
import { noReplyError } from "./pending-replies.ts";
import { bySocketOrHttp } from "./socket-or-http.ts";

const failing = (error: unknown) => async () => {
  throw error;
};

test("a command that the socket carried out is not sent by HTTP", async () => {
  const request = vi.fn(async () => "done");
  expect(await bySocketOrHttp(async () => undefined, request)).toBeNull();
  expect(request).not.toHaveBeenCalled();
});

test("without a socket, or without its reply, the command is sent by HTTP", async () => {
  expect(await bySocketOrHttp(failing(noReplyError()), async () => "done")).toBe("done");
});

test("a refusal of the room is passed on and not retried by HTTP", async () => {
  const refusal = new ApiError({ status: 403, code: "FORBIDDEN", message: "no" });
  const request = vi.fn(async () => "done");
  await expect(bySocketOrHttp(failing(refusal), request)).rejects.toBe(refusal);
  expect(request).not.toHaveBeenCalled();
});
