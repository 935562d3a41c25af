import { onAccountChange } from "../api/account-state.ts";

let region: HTMLElement | null = null;
// The last text may name people or quote a notification.
onAccountChange(() => region?.replaceChildren());

/** Adds the live region to the page. Screen readers announce only changes of regions that exist already. */
export function mountAnnouncer(): void {
  if (region) return;
  region = document.createElement("div");
  region.setAttribute("aria-live", "polite");
  region.className = "sr-only";
  document.body.append(region);
}

/** Lets screen readers announce a text politely. The same text can be announced again. */
export function announce(text: string): void {
  mountAnnouncer();
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  region?.replaceChildren(paragraph);
}
