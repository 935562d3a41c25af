/** API actions of a browser's signed-in person, for scenarios that do not test them on screen. */
import type { Page } from "playwright-core";
import { expect, inject } from "vitest";

type Wish = { method?: "POST" | "PUT" | "PATCH" | "DELETE"; data?: object; url?: string };

/** One write as this page's person. Must succeed. The page need not have an address yet. */
export async function callApi(page: Page, path: string, wish: Wish = {}): Promise<{ id: string }> {
  const { method = "POST", data, url = inject("plazaUrl") } = wish;
  const response = await page.request.fetch(`${url}${path}`, {
    method,
    ...(data ? { data } : {}),
    headers: { Origin: url, "Idempotency-Key": crypto.randomUUID() },
  });
  const text = await response.text();
  expect(response.ok(), `${method} ${path}: HTTP ${response.status()} ${text}`).toBe(true);
  return text === "" ? { id: "" } : JSON.parse(text);
}

/** Creates a post by the API and returns its id. */
export async function publish(page: Page, body: string, url = inject("plazaUrl")): Promise<string> {
  return (await callApi(page, "/api/posts", { data: { kind: "post", body }, url })).id;
}

/** Creates a question by the API and returns its id. */
export async function createQuestionFrom(
  page: Page,
  title: string,
  body = "What do you know?",
): Promise<string> {
  return (await callApi(page, "/api/posts", { data: { kind: "question", title, body } })).id;
}

/** The account that this page is signed in with. The page need not have an address yet. */
export async function idOf(page: Page, url = inject("plazaUrl")): Promise<string> {
  const answer = await page.request.get(`${url}/api/session`);
  return (await answer.json()).me.id;
}

/** Sends a message in a conversation by the API. */
export async function sendMessageFrom(page: Page, conversationId: string, body: string): Promise<void> {
  await callApi(page, `/api/conversations/${conversationId}/messages`, {
    data: { clientId: crypto.randomUUID(), body },
  });
}

/** The texts that describe a field to a screen reader: its hint and its error. */
export function describedBy(page: Page, label: string): Promise<string> {
  return page.getByLabel(label, { exact: true }).evaluate((field) =>
    (field.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent ?? "")
      .join(" "),
  );
}

/** The number on the bell in the navigation; null when nothing is unread. */
export const unreadBadge = async (page: Page): Promise<string | null> => {
  const number = page.locator("header [data-testid=unread] [aria-hidden]");
  // One call: between two, the badge may be removed, and textContent() would wait for it to come back.
  return (await number.allTextContents())[0] ?? null;
};

/** How many pixels the page is wider than its window. */
export const horizontalOverflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
