import { expect, test } from "vitest";
import { forDbmate } from "./migrate.ts";

test("migrations go past Neon's pooler, with a short wait for locks beside what is given already", () => {
  const url = new URL(
    forDbmate(
      "postgresql://o:p@ep-a-1-pooler.eu-central-1.aws.neon.tech/plaza?sslmode=require&channel_binding=require&options=-c%20a=b",
    ),
  );
  expect(url.hostname).toBe("ep-a-1.eu-central-1.aws.neon.tech");
  expect(url.searchParams.get("options")).toBe("-c a=b -c lock_timeout=1000");
  expect(url.searchParams.get("sslmode")).toBe("require");
  expect(url.searchParams.has("channel_binding")).toBe(false);
  expect(new URL(forDbmate("postgresql://o:p@my-pooler.example/plaza")).hostname).toBe("my-pooler.example");
});

test("a wait that is given already stays", () => {
  const url = new URL(forDbmate("postgresql://o:p@db.example/plaza?options=-c%20lock_timeout=5s"));
  expect(url.searchParams.get("options")).toBe("-c lock_timeout=5s");
});
