/**
 * Two members of one conversation: typing, receipts, editing, deleting, reactions, replies, scroll position
 * and drafts.
 */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { makeAccount, openBrowser, signedInPage } from "../../../../../bench/testing/scenario.ts";
import { callApi, idOf, sendMessageFrom } from "../../../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const LIVE_MS = 8_000;

const composer = (page: Page) => page.getByRole("textbox", { name: "Message", exact: true });
const message = (page: Page, text: string) => page.locator("[data-message]").filter({ hasText: text });
const statusOf = (page: Page, text: string) =>
  message(page, text).locator("[data-status]").getAttribute("data-status");

/** The unread count on the Messages icon; null when there is none. */
const unreadMessages = async (page: Page): Promise<string | null> => {
  const number = page.locator("header [data-testid=unread-messages] [aria-hidden]");
  return (await number.count()) === 0 ? null : await number.textContent();
};

/**
 * Pages of Ona and Jonas, who follow each other, and the id of their conversation. Jonas has sent `bodies`.
 */
async function onaAndJonas(bodies: string[] = [], jonasName = "Jonas") {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount(jonasName)]);
  const onas = await signedInPage(browser.current, ona);
  const jonass = await signedInPage(browser.current, jonas);
  await callApi(onas, `/api/profiles/${jonas.handle}/follow`, { method: "PUT" });
  await callApi(jonass, `/api/profiles/${ona.handle}/follow`, { method: "PUT" });
  const { id } = await callApi(onas, "/api/conversations", {
    data: { participantIds: [await idOf(jonass)] },
  });
  for (const body of bodies) await sendMessageFrom(jonass, id, body);
  return { onas, jonass, id };
}

async function open(page: Page, id: string): Promise<void> {
  await page.goto(`/messages/${id}`);
  await composer(page).waitFor();
}

async function send(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press("Enter");
  await message(page, text).waitFor();
}

test("typing is shown and ends; a message goes from sent to delivered to read, in words", async () => {
  const { onas, jonass, id } = await onaAndJonas();
  await Promise.all([open(onas, id), jonass.goto("/")]);
  await send(onas, "Are you there?");
  // Jonas has another page open: the message is delivered and not read.
  await expect.poll(() => statusOf(onas, "Are you there?"), { timeout: LIVE_MS }).toBe("delivered");
  await expect.poll(() => unreadMessages(jonass), { timeout: LIVE_MS }).toBe("1");
  await jonass
    .getByRole("link", { name: /Messages/ })
    .first()
    .click();
  // The list shows typing, too.
  const inList = jonass.locator(`[data-conversation="${id}"]`);
  await inList.getByText("Are you there?").waitFor();
  await composer(onas).pressSequentially("Hm", { delay: 10 });
  await inList.getByText("typing…").waitFor({ timeout: LIVE_MS });
  await composer(onas).fill("");
  await inList.getByText("Are you there?").waitFor({ timeout: LIVE_MS });
  await jonass.getByRole("link", { name: /Ona/ }).filter({ hasText: "Are you there?" }).click();
  await message(jonass, "Are you there?").waitFor();
  await expect.poll(() => statusOf(onas, "Are you there?"), { timeout: LIVE_MS }).toBe("read");
  // The list beside it shows the status too, in words.
  const row = onas.locator(`[data-conversation="${id}"]`);
  expect(await row.locator("[data-status]").getAttribute("data-status")).toBe("read");
  expect(await row.textContent()).toContain("Read");
  await expect.poll(() => unreadMessages(jonass), { timeout: LIVE_MS }).toBe(null);

  await composer(jonass).pressSequentially("Yes, I a", { delay: 10 });
  const state = onas.getByTestId("thread-state");
  await state.getByText("typing…").waitFor({ timeout: LIVE_MS });
  await composer(jonass).press("Enter");
  await message(onas, "Yes, I a").waitFor({ timeout: LIVE_MS });
  await state.getByText("typing…").waitFor({ state: "detached" });
  await state.getByText("Online").waitFor();
  expect(await onas.getByTestId("announcements").textContent()).toBe("Jonas: Yes, I a");
});

test("a message in view is read, also when the page is left in the same moment", async () => {
  const { onas, id } = await onaAndJonas(["Look and leave"]);
  await onas.goto("/messages");
  const row = onas.locator(`[data-conversation="${id}"]`);
  await row.getByTestId("row-unread").waitFor({ timeout: LIVE_MS });
  // Leaves as soon as the list shows it as read; the read pointer is sent a moment later.
  await onas.evaluate((shown) => {
    const look = () => {
      if (document.querySelector(`${shown} [data-testid=row-unread]`)) requestAnimationFrame(look);
      else location.href = "about:blank";
    };
    look();
  }, `[data-conversation="${id}"]`);
  await row.click();
  await onas.waitForURL("about:blank");
  const readSeq = async () => (await (await onas.request.get(`/api/conversations/${id}`)).json()).readSeq;
  await expect.poll(readSeq, { timeout: LIVE_MS }).toBe(1);
});

test("the tab's title counts unread notifications and messages on every page", async () => {
  const { onas } = await onaAndJonas(["Hello"]);
  await onas.goto("/");
  // One notification (Jonas follows her) and one message.
  await expect.poll(() => onas.title(), { timeout: LIVE_MS }).toBe("(2) Home · Plaza");
  await onas
    .getByRole("link", { name: /Messages/ })
    .first()
    .click();
  await onas.getByRole("link", { name: /Jonas/ }).filter({ hasText: "Hello" }).click();
  await message(onas, "Hello").waitFor();
  await expect.poll(() => onas.title(), { timeout: LIVE_MS }).toBe("(1) Jonas · Plaza");
  await onas.reload();
  await expect.poll(() => onas.title(), { timeout: LIVE_MS }).toBe("(1) Jonas · Plaza");
});

test("editing, reacting, replying and deleting reach the other at once, and the composer has the focus after deleting", async () => {
  const { onas, jonass, id } = await onaAndJonas();
  await Promise.all([open(onas, id), open(jonass, id)]);
  await send(onas, "Meet at five");
  await message(jonass, "Meet at five").waitFor({ timeout: LIVE_MS });

  await composer(onas).press("ArrowUp");
  await onas.getByText("Editing your message").waitFor();
  await composer(onas).fill("Meet at six");
  await composer(onas).press("Enter");
  await message(jonass, "Meet at six").getByText("edited").waitFor({ timeout: LIVE_MS });

  await message(jonass, "Meet at six").hover();
  await message(jonass, "Meet at six").getByRole("button", { name: "React", exact: true }).click();
  await jonass.getByRole("button", { name: "React with 👍" }).click();
  await onas.getByRole("button", { name: "👍 Jonas" }).waitFor({ timeout: LIVE_MS });

  await message(jonass, "Meet at six").hover();
  await message(jonass, "Meet at six").getByRole("button", { name: "Reply" }).click();
  await jonass.getByText("Replying to Ona").waitFor();
  await send(jonass, "I will be there");
  await message(onas, "I will be there")
    .getByRole("button", { name: /Answer to You/ })
    .click();
  await expect
    .poll(() => onas.evaluate(() => document.activeElement?.textContent ?? ""))
    .toContain("Meet at six");

  const own = message(onas, "Meet at six").first();
  await own.hover();
  await own.getByRole("button", { name: "Message actions" }).click();
  await onas.getByRole("menuitem", { name: "Delete for everyone" }).click();
  await onas.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await message(jonass, "Message deleted").first().waitFor({ timeout: LIVE_MS });
  await expect.poll(() => jonass.getByText("Meet at six").count()).toBe(0);
  await expect.poll(() => composer(onas).evaluate((box) => box === document.activeElement)).toBe(true);
});

test("a long conversation opens at the new separator, renders only what is in view, and keeps its scroll position", async () => {
  const bodies = Array.from({ length: 90 }, (_, index) => `Line ${index + 1}`);
  const { onas, jonass, id } = await onaAndJonas(bodies.slice(0, 70));
  await open(onas, id);
  // Opens at the first unread message; scrolling to the end reads the others.
  await onas.getByTestId("new-separator").waitFor();
  const readSeq = async () => (await (await onas.request.get(`/api/conversations/${id}`)).json()).readSeq;
  await expect.poll(readSeq, { timeout: LIVE_MS }).toBeGreaterThan(0);
  expect(await readSeq()).toBeLessThan(40);
  await onas.getByTestId("scroll-to-end").click();
  await message(onas, "Line 70").waitFor();
  await expect.poll(readSeq, { timeout: LIVE_MS }).toBe(70);
  await onas.goto("/messages");
  for (const body of bodies.slice(70)) await sendMessageFrom(jonass, id, body);
  await open(onas, id);
  const line = onas.getByTestId("new-separator");
  await line.waitFor();
  const [lineBox, firstBox] = [await line.boundingBox(), await message(onas, "Line 71").boundingBox()];
  expect(firstBox?.y ?? 0).toBeGreaterThan(lineBox?.y ?? 0);
  expect(await onas.locator("[data-message]").count()).toBeLessThan(60);

  // Scrolling up loads older messages and does not move what is in view.
  await onas.getByTestId("message-list").hover();
  await expect
    .poll(
      async () => {
        await onas.mouse.wheel(0, -700);
        return message(onas, "Line 20").count();
      },
      { timeout: 20_000, interval: 150 },
    )
    .toBeGreaterThan(0);
  await onas.waitForTimeout(600);
  const position = await message(onas, "Line 20").first().boundingBox();
  // The button counts what was not in view yet: the rest of the twenty, and one more when it arrives.
  const pill = onas.getByRole("button", { name: /new messages? below/ });
  const below = async () => Number.parseInt((await pill.textContent()) ?? "", 10);
  const before = await below();
  const inList = async () =>
    Number(await onas.locator("[data-testid=row-unread] [aria-hidden]").textContent());
  const unread = await inList();
  await sendMessageFrom(jonass, id, "While you were above");
  await expect.poll(below, { timeout: LIVE_MS }).toBe(before + 1);
  // The list beside it counts it too, before the server sends its count.
  await expect.poll(inList, { timeout: 700, interval: 50 }).toBe(unread + 1);
  const after = await message(onas, "Line 20").first().boundingBox();
  expect(Math.abs((after?.y ?? 0) - (position?.y ?? 0))).toBeLessThan(3);
  await pill.click();
  await message(onas, "While you were above").waitFor();
  await expect.poll(() => onas.getByTestId("scroll-to-end").count()).toBe(0);
});

test("a draft stays with its conversation; text over the limit is shown as too long and kept", async () => {
  const { onas, id } = await onaAndJonas();
  await open(onas, id);
  await composer(onas).fill("Half a thought");
  await onas
    .getByRole("navigation")
    .first()
    .getByRole("link", { name: /Messages/ })
    .click();
  const row = onas.locator(`[data-conversation="${id}"]`);
  await row.getByText("Draft: Half a thought").waitFor();
  await onas.reload();
  await row.getByText("Draft: Half a thought").waitFor();
  await open(onas, id);
  expect(await composer(onas).inputValue()).toBe("Half a thought");
  await composer(onas).fill("a".repeat(3_999));
  await onas.getByText("1 character left").waitFor();
  await composer(onas).fill("a".repeat(4_002));
  await onas.getByText("2 characters too many").waitFor();
  await composer(onas).press("Enter");
  expect((await composer(onas).inputValue()).length).toBe(4_002);
  expect(await onas.locator("[data-message]").count()).toBe(0);
});

test("the settings of a conversation search in it, and block the other after a confirmation", async () => {
  const { onas, id } = await onaAndJonas(["The heron stood still", "Then it flew"]);
  await open(onas, id);
  const settings = onas.getByRole("button", { name: "Conversation settings" });
  await settings.click();
  await onas.getByRole("button", { name: "Search in this conversation" }).click();
  const search = onas.getByRole("dialog", { name: "Search in this conversation" });
  await search.getByLabel("Words").fill("hero");
  await search.getByRole("link", { name: /Jonas/ }).click({ timeout: LIVE_MS });
  await search.waitFor({ state: "detached" });
  await expect
    .poll(() => onas.evaluate(() => document.activeElement?.textContent ?? ""), { timeout: LIVE_MS })
    .toContain("The heron stood still");

  await settings.click();
  await onas.getByRole("button", { name: "Block", exact: true }).click();
  await onas
    .getByRole("dialog", { name: /^Block @/ })
    .getByRole("button", { name: "Block" })
    .click();
  await onas.keyboard.press("Escape");
  await onas.getByText("You've blocked Jonas.").waitFor({ timeout: LIVE_MS });
});

test("the composer is one line high until there are more, whatever the name of the other, and its last line does not touch the frame", async () => {
  const { onas, id } = await onaAndJonas([], "Jonas Vytautas Kazimieras Petrauskas-Jankauskas iš Akmenės");
  await onas.setViewportSize({ width: 390, height: 844 });
  await open(onas, id);
  const heightOf = () => composer(onas).evaluate((box) => box.getBoundingClientRect().height);
  const empty = await heightOf();
  await composer(onas).fill("One line");
  expect(await heightOf()).toBe(empty);
  await composer(onas).fill(Array.from({ length: 30 }, (_, n) => `Line ${n}`).join("\n"));
  await composer(onas).press("End");
  const { below, partOfLine } = await composer(onas).evaluate((box) => {
    const frame = box.parentElement?.getBoundingClientRect();
    const lineHeight = Number.parseFloat(getComputedStyle(box).lineHeight);
    return {
      below: (frame?.bottom ?? 0) - box.getBoundingClientRect().bottom,
      partOfLine: box.clientHeight % lineHeight,
    };
  });
  expect(below).toBeGreaterThanOrEqual(8);
  expect(partOfLine).toBe(0);
});
