import { expect, test } from "vitest";
import { fold } from "./fold-accents.ts";

test("a name is found whether or not its accents are typed", () => {
  expect(fold("Žvirblė ŠŪKYTĖ")).toBe("zvirble sukyte");
  expect(fold("Ž")).toBe(fold("ž"));
});
