/** what was written goes out, once and in order, whatever happens to the network, the tab or the sockets. */
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { makeAccount, openBrowser, signedInPage } from "../../../../../bench/testing/scenario.ts";
import { revocation } from "../../../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const LIVE_MS = 6_000;
/** Backoffs and polls take their time. */
const BACK_MS = 15_000;
const LOST = [/Failed to load resource/, /WebSocket/];

const box = (page: Page) => page.locator("#main textarea");
const timeline = (page: Page) => page.getByTestId("timeline");
const words = (page: Page, text: string) => timeline(page).getByText(text, { exact: true });

async function write(page: Page, text: string): Promise<void> {
  await box(page).fill(text);
  await box(page).press("Enter");
}

/** How far one's newest message got. */
const statusOf = (page: Page) => page.locator("#main [data-status]").last().getAttribute("data-status");
const expectStatus = (page: Page, status: string) =>
  expect.poll(() => statusOf(page), { timeout: LIVE_MS }).toBe(status);

/** Ona and Jonas, who follow each other, and their conversation. */
async function pair() {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const [onas, jonass] = await Promise.all([
    signedInPage(browser.current, ona, { expectedErrors: LOST }),
    signedInPage(browser.current, jonas, { expectedErrors: LOST }),
  ]);
  await revocation(jonass, `/api/profiles/${ona.handle}/follow`, { method: "PUT" });
  const { me } = await (await jonass.request.get("/api/session")).json();
  const { id } = await revocation(onas, "/api/conversations", { data: { participantIds: [me.id] } });
  return { onas, jonass, path: `/messages/${id}` };
}

async function openBoth({ onas, jonass, path }: Awaited<ReturnType<typeof pair>>): Promise<void> {
  await Promise.all([onas.goto(path), jonass.goto(path)]);
  await Promise.all([box(onas).waitFor(), box(jonass).waitFor()]);
}

test("without a network messages wait and say so; with it they go out by themselves, once, in order", async () => {
  const both = await pair();
  await openBoth(both);
  const { onas, jonass } = both;
  await write(onas, "first");
  await words(jonass, "first").waitFor({ timeout: LIVE_MS });
  await onas.context().setOffline(true);
  for (const text of ["second", "third", "fourth"]) await write(onas, text);
  await expectStatus(onas, "waiting");
  await onas.context().setOffline(false);
  await words(jonass, "fourth").waitFor({ timeout: BACK_MS });
  const told = await timeline(jonass)
    .getByText(/^(first|second|third|fourth)$/)
    .allTextContents();
  expect(told).toEqual(["first", "second", "third", "fourth"]);
  await expect.poll(() => statusOf(onas), { timeout: LIVE_MS }).toMatch(/^(sent|delivered|read)$/);
});

test("a tab that is closed before its message could go leaves it to the next one, on whatever page", async () => {
  const both = await pair();
  await openBoth(both);
  const { onas, jonass } = both;
  const profile = onas.context();
  await profile.setOffline(true);
  await write(onas, "written in the tunnel");
  await expectStatus(onas, "waiting");
  await onas.close();
  await profile.setOffline(false);
  const next = await profile.newPage();
  await next.goto("/");
  await words(jonass, "written in the tunnel").waitFor({ timeout: BACK_MS });
  await next.goto(both.path);
  await words(next, "written in the tunnel").waitFor({ timeout: LIVE_MS });
  expect(await words(next, "written in the tunnel").count()).toBe(1);
  expect(await words(jonass, "written in the tunnel").count()).toBe(1);
});

test("two tabs show each other's messages, and each arrives once", async () => {
  const both = await pair();
  await openBoth(both);
  const { onas, jonass, path } = both;
  const second = await onas.context().newPage();
  await second.goto(path);
  await box(second).waitFor();
  for (let number = 1; number <= 6; number += 1) await write(number % 2 ? onas : second, `line ${number}`);
  await words(jonass, "line 6").waitFor({ timeout: LIVE_MS });
  for (const page of [onas, second, jonass]) {
    await words(page, "line 6").waitFor({ timeout: LIVE_MS });
    const lines = await timeline(page)
      .getByText(/^line \d$/)
      .allTextContents();
    expect(lines.toSorted()).toEqual([1, 2, 3, 4, 5, 6].map((number) => `line ${number}`));
  }
});

test("where sockets are blocked, messages and what is done to them go by request and come by asking", async () => {
  const both = await pair();
  await both.onas.routeWebSocket(/\/parties\//, (socket) => socket.close());
  await openBoth(both);
  const { onas, jonass } = both;
  await write(onas, "by request");
  await words(jonass, "by request").waitFor({ timeout: LIVE_MS });
  await write(jonass, "by asking");
  await words(onas, "by asking").waitFor({ timeout: BACK_MS });
  expect(await words(onas, "by request").count()).toBe(1);
  await box(onas).press("ArrowUp");
  await onas.getByText("Editing your message").waitFor();
  await box(onas).fill("by request, edited");
  await box(onas).press("Enter");
  await words(jonass, "by request, edited").waitFor({ timeout: LIVE_MS });
  await words(onas, "by request, edited").waitFor({ timeout: LIVE_MS });
});

test("a request that hangs in a network that is gone holds nothing up once a socket is there", async () => {
  const both = await pair();
  const { onas, jonass } = both;
  let isBlocked = true;
  await onas.routeWebSocket(/\/parties\//, (socket) => {
    if (isBlocked) void socket.close();
    else socket.connectToServer();
  });
  let hanging = 0;
  await onas.route("**/api/conversations/*/messages", async (route) => {
    if (route.request().method() !== "POST") return await route.continue();
    hanging += 1;
  });
  await openBoth(both);
  await write(onas, "through the hole");
  await expect.poll(() => hanging, { timeout: LIVE_MS }).toBe(1);
  isBlocked = false;
  await words(jonass, "through the hole").waitFor({ timeout: BACK_MS });
  await expect.poll(() => statusOf(onas), { timeout: LIVE_MS }).toMatch(/^(sent|delivered|read)$/);
  expect(hanging).toBe(1);
});

test("signing out leaves no words on this device", async () => {
  const both = await pair();
  await openBoth(both);
  const { onas } = both;
  await onas.context().setOffline(true);
  await write(onas, "never sent");
  await expectStatus(onas, "waiting");
  await box(onas).fill("a draft");
  const kept = () =>
    onas.evaluate(async () => {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open("plaza");
        opening.onsuccess = () => resolve(opening.result);
      });
      const count = await new Promise<number>((resolve) => {
        const counting = database.transaction("chat-outbox").objectStore("chat-outbox").count();
        counting.onsuccess = () => resolve(counting.result);
      });
      database.close();
      const drafts = Object.keys(localStorage).filter((key) =>
        /^plaza\.(draft\.chat|unsent|account)/.test(key),
      );
      return { count, drafts: drafts.length };
    });
  expect(await kept()).toEqual({ count: 1, drafts: 3 });
  // Nothing of the outbox goes out any more, while signing out itself does.
  await onas.route("**/api/conversations/**", (route) => route.abort());
  await onas.routeWebSocket(/\/parties\//, (socket) => socket.close());
  await onas.context().setOffline(false);
  await onas.goto("/settings");
  await onas.getByRole("button", { name: "Sign out" }).last().click();
  // Who has unsent words may be asked once more.
  const confirm = onas.getByRole("dialog").getByRole("button", { name: "Sign out" });
  if (await confirm.isVisible({ timeout: 1_000 }).catch(() => false)) await confirm.click();
  await expect.poll(kept, { timeout: LIVE_MS }).toEqual({ count: 0, drafts: 0 });
});
