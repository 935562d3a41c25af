import { expect, test } from "vitest";
import { mailTo, newSignUp, signUp } from "../../../bench/testing/accounts.ts";
import { nobody } from "../../../bench/testing/api-clients.ts";

test("in development mails are in the mailbox, newest first, and are read by id", async () => {
  const account = newSignUp({ name: "Ona" });
  await signUp(account);
  const mail = await mailTo(account.email);
  const { items } = Object((await nobody().get("/api/dev/mailbox")).body);
  const times: string[] = items.map((each: { id: string }) => each.id);
  expect(times).toEqual([...times].sort().reverse());
  const one = await nobody().get(`/api/dev/mailbox/${mail.id}`);
  expect(one.body).toMatchObject({
    id: mail.id,
    to: account.email,
    text: expect.stringContaining("Hello,"),
  });
});
