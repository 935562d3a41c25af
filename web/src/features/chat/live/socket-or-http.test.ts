import { expect, test, vi } from "vitest";
import { ApiError } from "../../../api/api-error.ts";
import { lostError } from "./pending-replies.ts";
import { byRoomOrRequest } from "./socket-or-http.ts";

const failing = (error: unknown) => async () => {
  throw error;
};

test("what the socket did is not asked for again", async () => {
  const request = vi.fn(async () => "done");
  expect(await byRoomOrRequest(async () => undefined, request)).toBeNull();
  expect(request).not.toHaveBeenCalled();
});

test("without a socket, or without its answer, it is done by request", async () => {
  expect(await byRoomOrRequest(failing(lostError()), async () => "done")).toBe("done");
});

test("what the room refused stays refused", async () => {
  const refusal = new ApiError({ status: 403, code: "FORBIDDEN", message: "no" });
  const request = vi.fn(async () => "done");
  await expect(byRoomOrRequest(failing(refusal), request)).rejects.toBe(refusal);
  expect(request).not.toHaveBeenCalled();
});
