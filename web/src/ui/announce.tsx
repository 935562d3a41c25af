let region: HTMLElement | null = null;

/** Puts the polite live region into the page; readers only hear regions that were there before the text. */
export function mountAnnouncer(): void {
  if (region) return;
  region = document.createElement("div");
  region.setAttribute("aria-live", "polite");
  region.className = "sr-only";
  document.body.append(region);
}

/** Tells screen readers what arrived by itself. The same text can be said again. */
export function announce(text: string): void {
  mountAnnouncer();
  const line = document.createElement("p");
  line.textContent = text;
  region?.replaceChildren(line);
}
