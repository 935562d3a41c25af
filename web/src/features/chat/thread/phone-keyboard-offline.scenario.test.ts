/** Conversations on a phone, without a mouse, and without a network. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { makeAccount, openBrowser, signedInPage } from "../../../../../bench/testing/scenario.ts";
import {
  callApi,
  horizontalOverflow,
  idOf,
  sendMessageFrom,
} from "../../../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const LIVE_MS = 8_000;
const PHONE = { width: 390, height: 844 };
const OFFLINE = [/Failed to load resource/, /WebSocket connection/, /ERR_INTERNET_DISCONNECTED/];

const composer = (page: Page) => page.getByRole("textbox", { name: "Message", exact: true });
const message = (page: Page, text: string) => page.locator("[data-message]").filter({ hasText: text });
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");

/**
 * Pages of Ona and Jonas, who follow each other, and the id of their conversation. Jonas has sent `bodies`.
 */
async function onaWith(bodies: string[], viewport?: { width: number; height: number }) {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const page = await signedInPage(browser.current, ona, {
    expectedErrors: OFFLINE,
    ...(viewport ? { viewport } : {}),
  });
  const other = await signedInPage(browser.current, jonas);
  await callApi(page, `/api/profiles/${jonas.handle}/follow`, { method: "PUT" });
  await callApi(other, `/api/profiles/${ona.handle}/follow`, { method: "PUT" });
  const { id } = await callApi(other, "/api/conversations", {
    data: { participantIds: [await idOf(page)] },
  });
  for (const body of bodies) await sendMessageFrom(other, id, body);
  return { page, other, id };
}

test("on a phone the list and the conversation are separate screens, and back returns to the list", async () => {
  const { page, id } = await onaWith(["Hello"], PHONE);
  await page.goto("/messages");
  const bar = page.locator("nav").last();
  await page.getByRole("link", { name: /Jonas/ }).click();
  await page.waitForURL(`**/messages/${id}`);
  await message(page, "Hello").waitFor();
  // The composer is at the bottom in place of the navigation bar, and nothing is wider than the screen.
  expect(await page.getByRole("link", { name: "Home" }).count()).toBe(0);
  const box = await composer(page).boundingBox();
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeGreaterThan(PHONE.height - 40);
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(PHONE.height);
  expect(await horizontalOverflow(page)).toBeLessThanOrEqual(0);
  // A long press opens the sheet, which repeats the text of the message because it may cover it.
  const finger = { pointerType: "touch", clientX: 40, clientY: 400, bubbles: true };
  await message(page, "Hello").dispatchEvent("pointerdown", finger);
  const sheet = page.getByRole("dialog", { name: "Message actions" });
  expect(await sheet.getByRole("blockquote").textContent()).toBe("JonasHello");
  await message(page, "Hello").dispatchEvent("pointerup", finger);
  // Until then the click of the lifted finger is suppressed.
  await page.waitForTimeout(200);
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  await page.goBack();
  await page.waitForURL("**/messages");
  await bar.getByRole("link", { name: "Home" }).waitFor();
  await page.getByRole("link", { name: /Jonas/ }).click();
  await page.getByRole("button", { name: "Back to conversations" }).click();
  await page.waitForURL("**/messages");
  await page.getByRole("link", { name: /Jonas/ }).waitFor();
});

test("a conversation can be opened, read, replied to and left by keyboard alone", async () => {
  const { page, id } = await onaWith(["One", "Two", "Three"]);
  await page.goto("/");
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  await page.keyboard.type("gm");
  await page.getByRole("link", { name: /Jonas/ }).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/messages/${id}`);
  await expect.poll(() => composer(page).evaluate((box) => box === document.activeElement)).toBe(true);
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  await expect.poll(() => focused(page)).toContain("Three");
  await page.keyboard.press("ArrowUp");
  await expect.poll(() => focused(page)).toContain("Two");
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Reply" }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("Replying to Jonas").waitFor();
  await page.keyboard.type("To the second");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("and more");
  await page.keyboard.press("Enter");
  await message(page, "To the second")
    .getByRole("button", { name: /Answer to Jonas/ })
    .waitFor();
  expect(await message(page, "To the second").textContent()).toContain("To the second\nand more");
  await expect.poll(() => composer(page).evaluate((box) => box === document.activeElement)).toBe(true);
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Escape");
  await expect.poll(() => composer(page).evaluate((box) => box === document.activeElement)).toBe(true);
});

test("a letter typed outside the composer goes into it and is no shortcut", async () => {
  const { page, id } = await onaWith(["Hello"]);
  await page.goto(`/messages/${id}`);
  await message(page, "Hello").click();
  await page.keyboard.type("now then, can u?");
  expect(await composer(page).inputValue()).toBe("now then, can u?");
  expect(new URL(page.url()).pathname).toBe(`/messages/${id}`);
  // Help and search keep their keys, and the help lists no shortcut that does not work here.
  await message(page, "Hello").click();
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await help.getByText("Edit your last message").waitFor();
  expect(await help.getByText("Write a new post").count()).toBe(0);
  await page.keyboard.press("Escape");
  await message(page, "Hello").click();
  await page.keyboard.press("/");
  await page.keyboard.type("heron");
  expect(await page.getByRole("searchbox", { name: "Search your messages" }).inputValue()).toBe("heron");
});

test("a message written without a network is marked, and sent when the network is back, also by another tab", async () => {
  const { page, other, id } = await onaWith(["Hello"]);
  await page.goto(`/messages/${id}`);
  await message(page, "Hello").waitFor();
  const context = page.context();
  await context.setOffline(true);
  await composer(page).fill("Written in a tunnel");
  await composer(page).press("Enter");
  await message(page, "Written in a tunnel")
    .getByText("Will send when you're back online")
    .waitFor({ timeout: LIVE_MS });
  // The list beside it shows it too.
  const row = page.locator(`[data-conversation="${id}"]`);
  await row.getByText("You: Written in a tunnel").waitFor();
  await row.getByRole("img", { name: "Will send when you're back online" }).waitFor();
  await page.getByTestId("connection-strip").getByText("Your messages are kept here").waitFor();
  // A discarded message is not sent.
  await composer(page).fill("Better not");
  await composer(page).press("Enter");
  await message(page, "Better not").hover();
  await message(page, "Better not").getByRole("button", { name: "Message actions" }).click();
  await page.getByRole("menuitem", { name: "Discard" }).click();
  await expect.poll(() => message(page, "Better not").count()).toBe(0);
  // The tab is closed before the network is back.
  await page.close();
  await context.setOffline(false);
  const again = await context.newPage();
  await again.goto("/");
  await other.goto(`/messages/${id}`);
  await message(other, "Written in a tunnel").waitFor({ timeout: 15_000 });
  await again.goto(`/messages/${id}`);
  await message(again, "Written in a tunnel").waitFor();
  expect(await message(again, "Written in a tunnel").count()).toBe(1);
  expect(await message(other, "Better not").count()).toBe(0);
});

test("one can write in a conversation that was never opened without a network; its messages are loaded later", async () => {
  const { page, other, id } = await onaWith(["Hello", "Are you there?"]);
  await page.goto("/messages");
  await page.getByRole("link", { name: /Jonas/ }).waitFor();
  await page.context().setOffline(true);
  await page.getByRole("link", { name: /Jonas/ }).click();
  await page.getByText("No connection right now").waitFor({ timeout: LIVE_MS });
  await page.getByText("The last message you have: Are you there?").waitFor();
  await composer(page).fill("On my way");
  await composer(page).press("Enter");
  await message(page, "On my way").locator("[data-status=waiting]").waitFor({ timeout: LIVE_MS });
  await composer(page).pressSequentially("And th");
  await page.context().setOffline(false);
  await message(page, "Hello").waitFor({ timeout: 15_000 });
  // The composer keeps its focus and text.
  await page.keyboard.type("ere");
  expect(await composer(page).inputValue()).toBe("And there");
  expect(await page.getByText("No connection right now").count()).toBe(0);
  await other.goto(`/messages/${id}`);
  await message(other, "On my way").waitFor({ timeout: 15_000 });
});

test("own messages are found by search, and the result leads to them", async () => {
  const { page } = await onaWith([
    "The heron stood still",
    ...Array.from({ length: 60 }, (_, n) => `Line ${n}`),
  ]);
  await page.goto("/messages");
  await page.getByRole("link", { name: /Jonas/ }).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("heron");
  const found = page.getByRole("list", { name: "Messages found" }).getByRole("link");
  await found.first().waitFor({ timeout: LIVE_MS });
  await found.first().click();
  await expect.poll(() => focused(page), { timeout: LIVE_MS }).toContain("The heron stood still");
});

test("opening an old message from the search leaves unread what was not in view", async () => {
  const { page, other, id } = await onaWith([
    "The heron stood still",
    ...Array.from({ length: 60 }, (_, n) => `Line ${n}`),
  ]);
  await callApi(page, `/api/conversations/${id}/read`, { data: { seq: 61 } });
  for (const body of ["New one", "New two", "New three"]) await sendMessageFrom(other, id, body);
  await page.goto("/messages");
  await page.getByRole("searchbox", { name: "Search your messages" }).fill("heron");
  const found = page.getByRole("list", { name: "Messages found" }).getByRole("link");
  await found.first().click({ timeout: LIVE_MS });
  await expect.poll(() => focused(page), { timeout: LIVE_MS }).toContain("The heron stood still");
  // Longer than a read pointer takes to be sent.
  await page.waitForTimeout(2_000);
  const readSeq = async () => (await (await page.request.get(`/api/conversations/${id}`)).json()).readSeq;
  expect(await readSeq()).toBe(61);
  await page.getByRole("button", { name: "3 new messages below" }).click();
  await expect.poll(readSeq, { timeout: LIVE_MS }).toBe(64);
});
