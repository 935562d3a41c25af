import { expect, test } from "vitest";
import { ownScene } from "./local/scene.ts";

const scene = ownScene();

const profilesOf = async (handle: string) =>
  (await scene.service("select user_id from profiles where handle = $1", [handle])).length;

test("an account has no profile before its e-mail is confirmed, and exactly one afterwards", async () => {
  await scene.service(
    "insert into users (name, handle, email, birth_date) values ('Ona', 'ona_new', 'ona_new@example.com', '1990-05-17')",
  );
  expect(await profilesOf("ona_new")).toBe(0);
  await scene.service("update users set email_verified = true where handle = 'ona_new'");
  expect(await profilesOf("ona_new")).toBe(1);
  await scene.service("update users set email_verified = false where handle = 'ona_new'");
  await scene.service("update users set email_verified = true where handle = 'ona_new'");
  expect(await profilesOf("ona_new")).toBe(1);
});
