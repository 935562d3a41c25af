/** Groups and message requests: members, permissions and the limits of a stranger's first messages. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import {
  type Account,
  makeAccount,
  openBrowser,
  signedInPage,
} from "../../../../../bench/testing/scenario.ts";
import { callApi, idOf, sendMessageFrom } from "../../../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const LIVE_MS = 8_000;
// The room closes the socket of a removed member, and the API answers 404.
const REFUSED = [/Failed to load resource/, /WebSocket connection/];

const composer = (page: Page) => page.getByRole("textbox", { name: "Message", exact: true });
const message = (page: Page, text: string) => page.locator("[data-message]").filter({ hasText: text });

const messageList = (page: Page) => page.getByTestId("message-list");

async function people(...names: string[]): Promise<{ account: Account; page: Page }[]> {
  const accounts = await Promise.all(names.map((name) => makeAccount(name)));
  return await Promise.all(
    accounts.map(async (account) => ({
      account,
      page: await signedInPage(browser.current, account, { expectedErrors: REFUSED }),
    })),
  );
}

test("a group is created, renamed, left and a member removed; every member sees it", async () => {
  const [ona, jonas, rasa] = await people("Ona", "Jonas", "Rasa");
  if (!ona || !jonas || !rasa) throw new Error("three people");
  for (const other of [jonas, rasa]) {
    await callApi(other.page, `/api/profiles/${ona.account.handle}/follow`, { method: "PUT" });
  }
  await ona.page.goto("/messages");
  await ona.page.getByRole("heading", { name: "Say hello to someone" }).waitFor();
  await ona.page.keyboard.press("c");
  await ona.page
    .getByRole("dialog", { name: "New message" })
    .getByRole("button", { name: "New group" })
    .click();
  const dialog = ona.page.getByRole("dialog", { name: "New group" });
  for (const { account } of [jonas, rasa]) {
    await dialog.getByRole("combobox", { name: "To" }).fill(account.handle);
    await dialog.getByRole("option", { name: account.name }).click();
  }
  await dialog.getByLabel("Group name").fill("Choir");
  await dialog.getByLabel("Group name").press("Enter");
  await ona.page.waitForURL(/\/messages\/[0-9a-f-]{36}/);
  await messageList(ona.page).getByText("You started the group").waitFor();
  await composer(ona.page).fill("Rehearsal at seven");
  await composer(ona.page).press("Enter");

  const path = new URL(ona.page.url()).pathname;
  await Promise.all([jonas.page.goto(path), rasa.page.goto(path)]);
  for (const { page } of [jonas, rasa])
    await message(page, "Rehearsal at seven").waitFor({ timeout: LIVE_MS });
  await expect
    .poll(() => jonas.page.getByTestId("thread-state").textContent(), { timeout: LIVE_MS })
    .toMatch(/^(Ona, Rasa|Rasa, Ona)· 2 online$/);
  await ona.page.getByText("Read by everyone").waitFor({ timeout: LIVE_MS });

  // Rasa leaves.
  await rasa.page.getByRole("button", { name: "Group settings" }).click();
  await rasa.page.getByRole("button", { name: "Leave group" }).click();
  await rasa.page
    .getByRole("dialog", { name: "Leave this group?" })
    .getByRole("button", { name: "Leave group" })
    .click();
  await rasa.page.waitForURL("**/messages");
  await messageList(ona.page).getByText("Rasa left").waitFor({ timeout: LIVE_MS });

  // She comes back by herself, and leaves again.
  await rasa.page.getByRole("button", { name: "Rejoin the group" }).click();
  await rasa.page.waitForURL(`**${path}`);
  await message(rasa.page, "Rehearsal at seven").waitFor({ timeout: LIVE_MS });
  await messageList(ona.page).getByText("Rasa is back").waitFor({ timeout: LIVE_MS });
  await callApi(
    rasa.page,
    `/api${path.replace("messages", "conversations")}/participants/${rasa.account.id}`,
    {
      method: "DELETE",
    },
  );
  await rasa.page.getByRole("heading", { name: "You're no longer in Choir" }).waitFor({ timeout: LIVE_MS });
  await rasa.page.getByRole("button", { name: "Rejoin the group" }).waitFor();

  // Ona renames it, then removes Jonas: his page shows it at once.
  await ona.page.getByRole("button", { name: "Group settings" }).click();
  const settings = ona.page.getByRole("dialog", { name: "Group settings" });
  await settings.getByLabel("Group name").fill("Small choir");
  await settings.getByRole("button", { name: "Save" }).click();
  await jonas.page.getByRole("heading", { level: 1, name: "Small choir" }).waitFor({ timeout: LIVE_MS });
  await settings.getByRole("button", { name: "Actions for Jonas" }).click();
  await ona.page.getByRole("menuitem", { name: "Remove from group" }).click();
  await ona.page
    .getByRole("dialog", { name: "Remove Jonas?" })
    .getByRole("button", { name: "Remove from group" })
    .click();
  await jonas.page
    .getByRole("heading", { name: "You're no longer in Small choir" })
    .waitFor({ timeout: LIVE_MS });
  await jonas.page.getByRole("link", { name: "All conversations" }).waitFor();
  await ona.page.keyboard.press("Escape");
  await messageList(ona.page).getByText("You removed Jonas").waitFor({ timeout: LIVE_MS });
});

test("a stranger is found by a word of the name, without its accents, and picking them opens the conversation", async () => {
  const [ona] = await people("Ona");
  if (!ona) throw new Error("one person");
  // Unique in this test run.
  const surname = `Žvirblė${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;
  await makeAccount(`Rūta ${surname}`);
  await ona.page.goto("/messages");
  await ona.page.getByRole("heading", { name: "Say hello to someone" }).waitFor();
  await ona.page.keyboard.press("c");
  const dialog = ona.page.getByRole("dialog", { name: "New message" });
  // She follows nobody and has no conversations: only a hint is shown.
  await dialog.getByText("Type somebody's name or handle.").waitFor();
  expect(await dialog.getByRole("option").count()).toBe(0);
  await dialog.getByRole("combobox", { name: "To" }).fill(`zvirble${surname.slice(7, 15)}`);
  await dialog.getByRole("option", { name: `Rūta ${surname}` }).click();
  await ona.page.waitForURL(/\/messages\/[0-9a-f-]{36}/);
  await ona.page.getByRole("heading", { level: 1, name: `Rūta ${surname}` }).waitFor();
});

test("a stranger's message is a request: accepting opens the conversation, declining removes it without notice", async () => {
  const [ona, jonas, rasa] = await people("Ona", "Jonas", "Rasa");
  if (!ona || !jonas || !rasa) throw new Error("three people");
  const onasId = await idOf(ona.page);
  const opened: string[] = [];
  for (const { page, account } of [jonas, rasa]) {
    const { id } = await callApi(page, "/api/conversations", { data: { participantIds: [onasId] } });
    await sendMessageFrom(page, id, `Hello from ${account.name}`);
    opened.push(id);
  }
  await ona.page.goto("/messages");
  await ona.page.getByText("2 requests wait").waitFor({ timeout: LIVE_MS });
  // Requests have a count of their own on the Messages icon.
  expect(await ona.page.locator("header [data-testid=waiting-requests]").textContent()).toContain(
    "2 requests",
  );
  // Search finds requests as well, under the sender's name.
  const search = ona.page.getByRole("searchbox", { name: "Search your messages" });
  await search.fill("Jonas");
  const found = ona.page.getByRole("list", { name: "Messages found" }).getByRole("link");
  await expect.poll(() => found.first().textContent(), { timeout: LIVE_MS }).toMatch(/^Jonas/);
  await search.fill("");
  await ona.page.getByRole("link", { name: /Message requests/ }).click();
  await ona.page.getByText(`@${jonas.account.handle} · Joined`).waitFor();
  await ona.page.getByRole("link", { name: /Jonas/ }).click();
  await ona.page.getByRole("heading", { name: "Jonas would like to write to you" }).waitFor();
  expect(await composer(ona.page).count()).toBe(0);

  await jonas.page.goto(`/messages/${opened[0]}`);
  await jonas.page.getByText("Ona hasn't answered your request yet.").waitFor();
  expect(await message(jonas.page, "Hello from Jonas").locator("[data-status=read]").count()).toBe(0);
  // Three messages are the limit until she answers.
  for (const more of ["Second", "Third"]) {
    await composer(jonas.page).fill(more);
    await composer(jonas.page).press("Enter");
  }
  await jonas.page.getByText("Ona hasn't accepted yet. You can write more once they have.").waitFor();
  expect(await composer(jonas.page).count()).toBe(0);
  await ona.page.getByRole("button", { name: "Accept" }).click();
  await expect.poll(() => composer(ona.page).evaluate((box) => box === document.activeElement)).toBe(true);
  await composer(ona.page).fill("Nice to meet you");
  await composer(ona.page).press("Enter");
  await message(jonas.page, "Nice to meet you").waitFor({ timeout: LIVE_MS });
  await jonas.page.getByText("hasn't accepted yet").waitFor({ state: "detached", timeout: LIVE_MS });
  await composer(jonas.page).fill("Likewise");
  await composer(jonas.page).press("Enter");
  await message(ona.page, "Likewise").waitFor({ timeout: LIVE_MS });

  await ona.page.goto(`/messages/${opened[1]}`);
  await ona.page.getByRole("button", { name: "Decline" }).click();
  await ona.page
    .getByRole("dialog", { name: "Decline this request?" })
    .getByRole("button", { name: "Decline" })
    .click();
  await ona.page.waitForURL("**/messages/requests");
  await ona.page.getByRole("heading", { name: "Nobody is waiting" }).waitFor({ timeout: LIVE_MS });
  await rasa.page.goto(`/messages/${opened[1]}`);
  await rasa.page.getByText("Ona hasn't answered your request yet.").waitFor();
});
