/** Stored XSS: an attacker writes into every text that people can write; every page that shows it stays harmless. */
import type { Page } from "playwright-core";
import { expect, inject, test } from "vitest";
import { makeAccount, openBrowser, openPage, signedInPage } from "../../../bench/testing/scenario.ts";
import { callApi, horizontalOverflow, idOf } from "../../../bench/testing/scenario-actions.ts";

declare global {
  interface Window {
    /** Set by any script of the corpus that runs. */
    ran?: string[];
    /** Violations of the content security policy. */
    refused?: string[];
  }
}

const browser = openBrowser();
const PHONE = { width: 360, height: 740 };
const RUN = "(window.ran ??= []).push(1)";
const RTL = "\u202E";
const ZERO_WIDTH = "\u200B\u200D\u2060";

const CORPUS = [
  `<script>${RUN}</script>`,
  `</script><script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `<svg onload="${RUN}">`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><animate onbegin="${RUN}" attributeName=x dur=1s>`,
  `<math><mtext><table><mglyph><style><img src=x onerror="${RUN}">`,
  `<iframe srcdoc="<script>parent.ran=[1]</script>"></iframe>`,
  `<iframe src="javascript:${RUN}"></iframe>`,
  `<details open ontoggle="${RUN}">`,
  `<input autofocus onfocus="${RUN}">`,
  `<video><source onerror="${RUN}"></video>`,
  `<body onload="${RUN}">`,
  `<base href="https://evil.example/">`,
  `<meta http-equiv="refresh" content="0;url=javascript:${RUN}">`,
  `<form action="javascript:${RUN}"><button>Press me</button></form>`,
  `<a href="javascript:${RUN}">Press me</a>`,
  `[Press me](javascript:${RUN})`,
  `![x](x"onerror="${RUN})`,
  `[x](https://example.com/"onmouseover="${RUN})`,
  `javascript:${RUN}//https://example.com/`,
  `JaVaScRiPt:${RUN} java\tscript:${RUN}`,
  `data:text/html,<script>${RUN}</script> vbscript:msgbox(1) file:///etc/passwd`,
  `https://example.com/"onmouseover="${RUN}"x="`,
  `https://example.com/'><script>${RUN}</script>`,
  `https://javascript:alert(1)@example.com/ http://[::1]/ http:\\\\evil.example`,
  `&lt;script&gt;${RUN}&lt;/script&gt; &#60;img src=x onerror=${RUN}&#62;`,
  `\`<img src=x onerror="${RUN}">\``,
  `\`\`\`html\n<script>${RUN}</script>\n\`\`\``,
  `@admin"><script>${RUN}</script> #tag"><img src=x onerror="${RUN}">`,
  `${RTL}gnp.exe ${RTL}${RTL} back`,
  `a${ZERO_WIDTH}b${ZERO_WIDTH.repeat(50)}c`,
  `Z${"\u0310\u0321\u033F".repeat(200)}algo`,
  "W".repeat(5_000),
  `https://example.com/${"a".repeat(1_900)}`,
  `{{constructor.constructor("${RUN}")()}} \${${RUN}} <%= ${RUN} %>`,
  `%3Cscript%3E${RUN}%3C/script%3E \\u003cscript\\u003e${RUN}\\u003c/script\\u003e`,
  '__proto__ constructor {"$$typeof":"react.element","type":"script"}',
];
const NAME_CHARS = 60;
const TITLE_CHARS = 200;
const BIO_CHARS = 300;

/** Writes a text of the corpus. Null when the API refuses it, which is as good as showing it harmlessly. */
async function submit(page: Page, path: string, data: object, method = "POST"): Promise<string | null> {
  const url = inject("plazaUrl");
  const headers = { Origin: url, "Idempotency-Key": crypto.randomUUID() };
  const response = await page.request.fetch(`${url}${path}`, { method, data, headers });
  if (response.status() === 400) return null;
  expect(response.ok(), `${JSON.stringify(data).slice(0, 200)}: HTTP ${response.status()}`).toBe(true);
  const made: { id: string } = await response.json();
  return made.id;
}

/** Records dialogs, scripts that run and policy violations from the start of every page. */
async function recordAttacks(page: Page): Promise<{ dialogs: string[]; frames: () => number }> {
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    window.refused = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      window.refused?.push(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  return { dialogs, frames: () => page.frames().length };
}

/** The effects of the corpus on the open page, one line each. */
async function effectsOn(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const wrong = [...(window.ran ?? []).map(() => "a script ran"), ...(window.refused ?? [])];
    const root = document.querySelector("main");
    const forbidden =
      "script, iframe, object, embed, base, meta, form[action], img, video, style, math, details";
    for (const each of root?.querySelectorAll(forbidden) ?? [])
      wrong.push(`<${each.localName}> in the content`);
    for (const each of document.querySelectorAll("*")) {
      for (const { name } of each.attributes)
        if (name.startsWith("on")) wrong.push(`${name} on ${each.localName}`);
    }
    for (const link of document.querySelectorAll("a")) {
      const { protocol, origin } = new URL(link.href);
      if (protocol !== "http:" && protocol !== "https:") wrong.push(`a link to ${link.href}`);
      if (origin === location.origin) continue;
      for (const token of ["nofollow", "ugc", "noopener", "noreferrer"]) {
        if (!link.relList.contains(token)) wrong.push(`${link.href} without ${token}`);
      }
    }
    return wrong;
  });
}

/** Opens a page, waits for its content, scrolls through it, and returns the effects on it. */
async function effectsAt(page: Page, path: string, ready: string, screens = 4): Promise<string[]> {
  await page.goto(path);
  await page.locator(ready).first().waitFor();
  for (let step = 0; step < screens; step += 1) {
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.waitForTimeout(100);
  }
  const wide = await horizontalOverflow(page);
  return (await effectsOn(page))
    .concat(wide > 0 ? [`${wide} px too wide`] : [])
    .map((each) => `${path}: ${each}`);
}

test("no post, question, answer or comment runs a script, adds an unsafe link or breaks the layout", {
  timeout: 180_000,
}, async () => {
  const [eve, ona] = await Promise.all([makeAccount("Eve"), makeAccount("Ona")]);
  const eves = await signedInPage(browser.current, eve);
  const page = await signedInPage(browser.current, ona, { viewport: PHONE });
  const attacks = await recordAttacks(page);
  const onasPost = (await callApi(page, "/api/posts", { data: { kind: "post", body: "Be nice." } })).id;
  let question = "";
  for (const text of CORPUS) {
    await submit(eves, "/api/posts", { kind: "post", body: `${text} @${ona.handle}` });
    await submit(eves, `/api/posts/${onasPost}/comments`, { body: text });
    const title = text.replaceAll(/\s+/g, " ").slice(0, TITLE_CHARS);
    question = (await submit(eves, "/api/posts", { kind: "question", title, body: text })) ?? question;
    await submit(eves, "/api/posts", { kind: "answer", questionId: question, body: text });
  }
  const wrong = [
    ...(await effectsAt(page, "/?feed=latest", "[data-post]")),
    ...(await effectsAt(page, `/@${eve.handle}`, "[data-post]")),
    ...(await effectsAt(page, `/posts/${onasPost}`, "#comments article")),
    ...(await effectsAt(page, `/posts/${question}`, "#answers [data-post]")),
    ...(await effectsAt(page, "/notifications", "#main [data-item]")),
  ];
  expect(wrong).toEqual([]);
  expect(attacks.dialogs).toEqual([]);
  expect(attacks.frames()).toBe(1);
  const visitor = await openPage(browser.current, { viewport: PHONE });
  await recordAttacks(visitor);
  expect(await effectsAt(visitor, "/", "main [data-post]")).toEqual([]);
  // The text itself is shown, as text.
  await page.goto(`/posts/${onasPost}`);
  await page.getByText(`<script>${RUN}</script>`, { exact: true }).first().waitFor();
});

test("no message or group name runs a script, adds an unsafe link or breaks the layout", async () => {
  const [eve, ona] = await Promise.all([makeAccount("Eve"), makeAccount("Ona")]);
  const eves = await signedInPage(browser.current, eve);
  const page = await signedInPage(browser.current, ona, { viewport: PHONE });
  const attacks = await recordAttacks(page);
  await callApi(page, `/api/profiles/${eve.handle}/follow`, { method: "PUT" });
  const participantIds = [await idOf(page)];
  const { id } = await callApi(eves, "/api/conversations", { data: { participantIds } });
  const wrong: string[] = [];
  for (const [index, text] of CORPUS.entries()) {
    await submit(eves, `/api/conversations/${id}/messages`, { clientId: crypto.randomUUID(), body: text });
    // The conversation list shows the newest message; some of the texts are also the name of a group.
    if (index % 6 !== 0) continue;
    await submit(eves, "/api/conversations", { participantIds, name: text.slice(0, NAME_CHARS) });
    wrong.push(...(await effectsAt(page, "/messages", "a[href^='/messages/']", 1)));
  }
  await page.goto(`/messages/${id}`);
  for (let step = 0; step < 6; step += 1) {
    await page.locator("[data-message]").first().waitFor();
    wrong.push(...(await effectsOn(page)));
    expect(await horizontalOverflow(page)).toBeLessThanOrEqual(0);
    await page.getByRole("log").evaluate((log) => {
      let box: Element | null = log;
      while (box && box.scrollHeight <= box.clientHeight) box = box.parentElement;
      box?.scrollBy(0, -700);
    });
    await page.waitForTimeout(150);
  }
  expect(wrong).toEqual([]);
  expect(attacks.dialogs).toEqual([]);
  expect(attacks.frames()).toBe(1);
});

test("no display name or bio runs a script, adds an unsafe link or breaks the layout, wherever it is shown", {
  timeout: 180_000,
}, async () => {
  const ona = await makeAccount("Ona");
  const page = await signedInPage(browser.current, ona, { viewport: PHONE });
  const attacks = await recordAttacks(page);
  const onasPost = (await callApi(page, "/api/posts", { data: { kind: "post", body: "Who is there?" } })).id;
  const eve = await makeAccount("Eve");
  const eves = await signedInPage(browser.current, eve);
  await callApi(eves, `/api/posts/${onasPost}/comments`, { data: { body: "Me." } });
  await callApi(eves, `/api/profiles/${ona.handle}/follow`, { method: "PUT" });
  await callApi(eves, "/api/posts", { data: { kind: "post", body: "My own." } });
  const wrong: string[] = [];
  for (let index = 0; index < CORPUS.length; index += 2) {
    const [text = "", other = ""] = CORPUS.slice(index, index + 2);
    const name = text.replaceAll(/\s+/g, " ").slice(0, NAME_CHARS);
    const bio = `${text.slice(0, BIO_CHARS / 2 - 1)}\n${other.slice(0, BIO_CHARS / 2)}`;
    await submit(eves, "/api/me", { name, bio }, "PATCH");
    wrong.push(...(await effectsAt(page, `/@${eve.handle}`, "#main h2", 1)));
    if (index % 10 !== 0) continue;
    wrong.push(...(await effectsAt(page, `/posts/${onasPost}`, "#comments article", 1)));
    wrong.push(...(await effectsAt(page, "/notifications", "#main [data-item]")));
    wrong.push(...(await effectsAt(page, `/@${ona.handle}/followers`, "#main [data-item]", 1)));
  }
  expect(wrong).toEqual([]);
  expect(attacks.dialogs).toEqual([]);
});

test("a script in the address does not run", async () => {
  const page = await openPage(browser.current, { expectedErrors: [/Failed to load resource/] });
  const attacks = await recordAttacks(page);
  const wrong: string[] = [];
  for (const text of CORPUS.filter((each) => /^(javascript:|data:|<script|<img)/i.test(each))) {
    const part = encodeURIComponent(text);
    for (const path of [`/@${part}`, `/sign-in?next=${part}`, `/nowhere/${part}#${part}`]) {
      await page.goto(path);
      await page.locator("h1").waitFor();
      wrong.push(...(await effectsOn(page)));
    }
  }
  expect(wrong).toEqual([]);
  expect(attacks.dialogs).toEqual([]);
});
