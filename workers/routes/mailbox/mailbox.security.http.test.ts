import { expect, test } from "vitest";
import { mailTo, newAccount, newSignUp, signUp } from "../../../bench/testing/accounts.ts";
import { nobody } from "../../../bench/testing/api-clients.ts";
import { refused } from "../../../bench/testing/response-assertions.ts";

const MARKUP = `<img src=x onerror="alert(1)">`;

test("a mail to an unconfirmed address does not contain the name given at sign-up", async () => {
  const account = newSignUp({ name: MARKUP });
  await signUp(account);
  const mail = await nobody().get(`/api/dev/mailbox/${(await mailTo(account.email)).id}`);
  const { html, text } = Object(mail.body);
  expect(html).not.toContain("img");
  expect(text).not.toContain("img");
});

test("markup in a name is escaped in a mail (S: stored XSS)", async () => {
  const account = await newAccount({ name: MARKUP });
  await nobody().post("/api/auth/request-password-reset", {
    email: account.email,
    redirectTo: "/reset-password",
  });
  const mail = await nobody().get(`/api/dev/mailbox/${(await mailTo(account.email, 2)).id}`);
  const { html, text } = Object(mail.body);
  expect(html).not.toContain("<img");
  expect(html).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;");
  expect(text).toContain(account.name);
});

test("an unknown mail is not found, an invalid id is refused", async () => {
  refused(await nobody().get(`/api/dev/mailbox/${crypto.randomUUID()}`), 404, "NOT_FOUND");
  refused(await nobody().get("/api/dev/mailbox/mailbox:1"), 400, "VALIDATION_FAILED");
});
