import { expect, test } from "vitest";
import { makeAccount, openBrowser, openPage, signedInPage } from "../testing/scenario.ts";
import { startPlaza } from "./plaza.ts";

const browser = openBrowser();

test("the built app opens in a browser without a console error", async () => {
  const page = await openPage(browser.current);
  const response = await page.goto("/");
  expect(response?.status()).toBe(200);
  expect(await page.title()).toContain("Plaza");
});

test("a page opened with a session shows that account", async () => {
  const account = await makeAccount("Ona Petrauskienė");
  const page = await signedInPage(browser.current, account);
  await page.goto("/");
  const me = await page.evaluate(async () => (await fetch("/api/me")).json());
  expect(me).toMatchObject({ handle: account.handle, name: "Ona Petrauskienė" });
});

test("a Worker killed by SIGKILL starts again on the same address with the same data", async () => {
  const plaza = await startPlaza({ rateLimitFactor: 100 });
  try {
    const account = await makeAccount("Jonas", plaza);
    await plaza.kill();
    await expect(fetch(plaza.url)).rejects.toThrow();
    await plaza.restart();
    const page = await signedInPage(browser.current, account, { plaza });
    expect((await page.goto("/api/me"))?.status()).toBe(200);
    await plaza.runCron();
  } finally {
    await plaza.stop();
  }
});
