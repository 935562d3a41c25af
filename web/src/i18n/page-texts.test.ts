/** The texts of the pages are loaded after the first ones, and stay loaded when the language changes. */
import { beforeEach, expect, it, vi } from "vitest";
import { pageTexts as en } from "./en/pages.ts";
import { pageTexts as lt } from "./lt/pages.ts";

let i18n: typeof import("./index.ts");

beforeEach(async () => {
  vi.resetModules();
  vi.stubGlobal("document", { documentElement: { lang: "" } });
  vi.stubGlobal("navigator", { languages: ["en"] });
  i18n = await import("./index.ts");
  await i18n.loadLocale();
});

const signInTitle = () => (i18n.currentDictionary() as Partial<typeof en>).auth?.signInTitle;

it("are loaded on request, into the dictionary that is in use", async () => {
  const dictionary = i18n.currentDictionary();
  expect(dictionary.common.retry).toBe("Try again");
  expect(signInTitle()).toBeUndefined();
  await i18n.loadPageTexts();
  expect(signInTitle()).toBe(en.auth.signInTitle);
  expect(i18n.currentDictionary()).toBe(dictionary);
});

it("are loaded in the other language with its first texts", async () => {
  await i18n.loadPageTexts();
  await i18n.setLocale("lt");
  expect(signInTitle()).toBe(lt.auth.signInTitle);
});

it("are those of the new language when it changes while they are loading", async () => {
  const loading = i18n.loadPageTexts();
  await i18n.setLocale("lt");
  await loading;
  expect(signInTitle()).toBe(lt.auth.signInTitle);
});

it("are loaded when they are requested while the language is changing", async () => {
  const changing = i18n.setLocale("lt");
  await i18n.loadPageTexts();
  await changing;
  expect(signInTitle()).toBe(lt.auth.signInTitle);
});
