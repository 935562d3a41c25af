import { expect, it } from "vitest";
import { onAccountChange, resetAccountState, trackAccount } from "./account-state.ts";

it("clears registered state when the account changes, until it is unregistered", () => {
  let cleared = 0;
  const unregister = onAccountChange(() => {
    cleared += 1;
  });
  resetAccountState();
  expect(cleared).toBe(1);
  unregister();
  resetAccountState();
  expect(cleared).toBe(1);
});

it("reports that the account changed while a response was awaited", () => {
  const isSameAccount = trackAccount();
  expect(isSameAccount()).toBe(true);
  resetAccountState();
  expect(isSameAccount()).toBe(false);
  expect(trackAccount()()).toBe(true);
});
