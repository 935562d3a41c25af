/** Every page on a phone and a desktop, in light and dark: no axe violation and no horizontal scrolling. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { makeAccount, openBrowser, openPage, signedInPage } from "../../../bench/testing/scenario.ts";
import {
  callApi,
  createQuestionFrom,
  horizontalOverflow,
  idOf,
  publish,
  sendMessageFrom,
} from "../../../bench/testing/scenario-actions.ts";

const browser = openBrowser();
const REFUSED = [/Failed to load resource/];
const PHONE = { width: 390, height: 844 };
const TABLET = { width: 800, height: 1100 };
const DESKTOP = { width: 1280, height: 900 };
const NARROW = { width: 320, height: 700 };

type Screen = { name: string; path: string; ready: string };

const VISITOR_SCREENS: Screen[] = [
  { name: "landing", path: "/", ready: "main [data-post]" },
  { name: "sign-up", path: "/sign-up", ready: "main form" },
  { name: "sign-in", path: "/sign-in", ready: "main form" },
  { name: "forgotten password", path: "/forgot-password", ready: "main form" },
  { name: "new password", path: "/reset-password#token=any", ready: "main form" },
  { name: "check your mail", path: "/verify-email", ready: "main a" },
  { name: "confirm your email", path: "/verify-email#token=any", ready: "main form" },
];

/** The pages of a member, each with content on it. */
async function memberScreens(): Promise<{ page: Page; screens: Screen[] }> {
  const [ona, jonas] = await Promise.all([makeAccount("Ona"), makeAccount("Jonas")]);
  const page = await signedInPage(browser.current, ona, { expectedErrors: REFUSED });
  const jonass = await signedInPage(browser.current, jonas);
  const id = await publish(page, "Bread, `code`, https://example.com/a and @nobody_here.");
  const question = await createQuestionFrom(page, "What is the best bread in town?");
  const reply = { kind: "answer", questionId: question, body: "Rye." };
  await callApi(jonass, "/api/posts", { data: reply });
  const first = await callApi(jonass, `/api/posts/${id}/comments`, { data: { body: "Yes." } });
  await callApi(page, `/api/posts/${id}/comments`, { data: { body: "Why?", parentId: first.id } });
  await callApi(jonass, `/api/profiles/${ona.handle}/follow`, { method: "PUT" });
  // The mailbox shows a mail.
  await callApi(page, "/api/auth/request-password-reset", {
    data: { email: ona.email },
  });
  const direct = await callApi(jonass, "/api/conversations", {
    data: { participantIds: [await idOf(page)] },
  });
  const group = await callApi(page, "/api/conversations", {
    data: { participantIds: [await idOf(jonass)], name: "Bread" },
  });
  await sendMessageFrom(jonass, direct.id, "Rye, https://example.com/rye and `sourdough`.");
  await sendMessageFrom(page, group.id, "Welcome.");
  const screens = [
    { name: "home", path: "/?feed=latest", ready: "#main [data-post]" },
    { name: "post", path: `/posts/${id}`, ready: "#comments article" },
    { name: "question", path: `/posts/${question}`, ready: "#answers [data-post]" },
    { name: "compose", path: "/compose", ready: "#main textarea" },
    { name: "compose a question", path: "/compose?kind=question", ready: "#main textarea" },
    { name: "profile", path: `/@${ona.handle}`, ready: "#main [data-post]" },
    { name: "followers", path: `/@${ona.handle}/followers`, ready: "#main [data-item]" },
    { name: "notifications", path: "/notifications", ready: "#main [data-item]" },
    { name: "messages", path: "/messages", ready: "#main [data-conversation]" },
    { name: "requests", path: "/messages/requests", ready: "#main [data-conversation]" },
    { name: "a request", path: `/messages/${direct.id}`, ready: "#main [data-message]" },
    { name: "a group", path: `/messages/${group.id}`, ready: "#main [data-message]" },
    { name: "nearby", path: "/nearby", ready: "#main fieldset" },
    { name: "settings", path: "/settings", ready: "#main form" },
    { name: "mailbox", path: "/mailbox", ready: "#main ul a" },
    { name: "not found", path: "/nowhere/at/all", ready: "#main h2" },
  ];
  return { page, screens };
}

async function visitorScreens(): Promise<{ page: Page; screens: Screen[] }> {
  const writer = await signedInPage(browser.current, await makeAccount("Rasa"));
  await publish(writer, "Something for visitors to read.");
  return { page: await openPage(browser.current, { expectedErrors: REFUSED }), screens: VISITOR_SCREENS };
}

async function open(page: Page, screen: Screen): Promise<void> {
  await page.goto(screen.path);
  await page.locator(screen.ready).first().waitFor();
}

/** The rules of axe whose result depends on colours; all others give the same result in light and dark. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/** The violations that axe finds with these rules (default: all), one line each. */
async function violationsOn(
  page: Page,
  screen: Screen,
  variant: string,
  rules?: string[],
): Promise<string[]> {
  // Colours and positions are checked after all animations have ended.
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const ends = document.getAnimations().map((each) => each.finished.catch(() => undefined));
    await Promise.race([Promise.all(ends), new Promise((resolve) => setTimeout(resolve, 1_000))]);
  });
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${screen.name} ${variant}: ${violation.id} at ${node.target.join(" ")}`),
  );
}

async function violationsOnAll({ page, screens }: { page: Page; screens: Screen[] }): Promise<string[]> {
  const all: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    // The page is loaded in this colour scheme: a change afterwards would be checked in the middle of its transition.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const screen of screens) {
      await open(page, screen);
      for (const viewport of [PHONE, DESKTOP]) {
        await page.setViewportSize(viewport);
        const rules = colorScheme === "dark" ? COLOUR_RULES : undefined;
        all.push(...(await violationsOn(page, screen, `${viewport.width} ${colorScheme}`, rules)));
      }
    }
  }
  return all;
}

test("axe finds no violation on a visitor's pages", { timeout: 180_000 }, async () => {
  expect(await violationsOnAll(await visitorScreens())).toEqual([]);
});

test("axe finds no violation on a member's pages", { timeout: 300_000 }, async () => {
  expect(await violationsOnAll(await memberScreens())).toEqual([]);
});

test("axe finds no violation on a tablet, in an open menu, in the bell and in the shortcuts dialog", async () => {
  const { page, screens } = await memberScreens();
  await page.emulateMedia({ reducedMotion: "reduce" });
  const [home] = screens;
  if (!home) throw new Error("unreachable: there is a home");
  await open(page, home);
  await page.setViewportSize(TABLET);
  const all = await violationsOn(page, home, "tablet");
  await page.locator("#main").getByRole("button", { name: "More about this post" }).first().click();
  await page.getByRole("menu").first().waitFor();
  all.push(...(await violationsOn(page, home, "menu")));
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  all.push(...(await violationsOn(page, home, "shortcuts")));
  await page.keyboard.press("Escape");
  await page
    .locator("header")
    .getByRole("button", { name: /Notifications/ })
    .click();
  await page.getByRole("link", { name: "See all" }).waitFor();
  all.push(...(await violationsOn(page, home, "bell")));
  expect(all).toEqual([]);
});

test("the backdrop of a dialog covers the scrollbar gutter, and the page behind does not scroll", async () => {
  const page = await signedInPage(browser.current, await makeAccount("Ona"));
  await page.setViewportSize(DESKTOP);
  await page.goto("/messages");
  const root = () =>
    page.evaluate(() => {
      const { overflowY, backgroundColor } = getComputedStyle(document.documentElement);
      return { overflowY, isDarkened: backgroundColor !== "rgba(0, 0, 0, 0)" };
    });
  await page.getByRole("heading", { name: "Say hello to someone" }).waitFor();
  expect(await root()).toEqual({ overflowY: "visible", isDarkened: false });
  await page.keyboard.press("c");
  await page.getByRole("dialog", { name: "New message" }).waitFor();
  expect(await root()).toEqual({ overflowY: "hidden", isDarkened: true });
});

test("each page has one main heading and a title of its own, and fits 320 pixels", async () => {
  const titles: string[] = [];
  for (const { page, screens } of [await visitorScreens(), await memberScreens()]) {
    await page.setViewportSize(NARROW);
    for (const screen of screens) {
      await open(page, screen);
      expect(await page.locator("h1").count(), `${screen.name}: main headings`).toBe(1);
      expect(await horizontalOverflow(page), `${screen.name}: pixels too wide`).toBeLessThanOrEqual(0);
      titles.push((await page.title()).replace(/^\(\d+\) /, ""));
    }
  }
  // A profile and its followers are tabs of one page.
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([
    expect.stringMatching(/^Ona \(@/),
  ]);
});
