/**
 * Inter, 133 KB of it. A stranger's first page gets it a moment after its words; where somebody is reading already it is
 * only put into the cache, so that letters do not change under their eyes, and every later visit begins with it.
 */
import latinExtUrl from "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2?url";
import latinUrl from "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url";

const CACHED = "plaza.typeface";
/** After the page's own files: what the screen shows is still being asked for. */
const AFTER_LOAD_MS = 2_000;

/** Has the typeface fetched without holding up what is read first. Until then, and offline, the fallback stands. */
export function loadTypeface(): void {
  const isLanding = document.documentElement.dataset.boot === "landing";
  if (isCached()) void use();
  else if (document.readyState === "complete") later(isLanding);
  else window.addEventListener("load", () => later(isLanding), { once: true });
}

function later(isLanding: boolean): void {
  setTimeout(() => void (isLanding ? use() : keep()), AFTER_LOAD_MS);
}

async function use(): Promise<void> {
  try {
    await import("../styles/typeface.css");
    localStorage.setItem(CACHED, "1");
  } catch {
    // Offline or without storage: the next visit tries again.
  }
}

async function keep(): Promise<void> {
  try {
    await Promise.all([latinUrl, latinExtUrl].map((url) => fetch(url)));
    localStorage.setItem(CACHED, "1");
  } catch {
    // As above.
  }
}

function isCached(): boolean {
  try {
    return localStorage.getItem(CACHED) === "1";
  } catch {
    return false;
  }
}
