import { words } from "../../i18n/index.ts";
import { toast } from "../../ui/toast.tsx";

/** Copies an address of this place and says so. */
export async function copyLink(path: string): Promise<void> {
  const t = words();
  try {
    await navigator.clipboard.writeText(new URL(path, location.origin).href);
    toast({ text: t.posts.linkCopied, tone: "good" });
  } catch {
    toast({ text: t.posts.linkNotCopied, tone: "bad" });
  }
}

/** Hands an address to the device's own sharing on touch screens; elsewhere copies it. */
export async function sharePath(path: string, title: string): Promise<void> {
  if (typeof navigator.share !== "function" || !matchMedia("(pointer: coarse)").matches)
    return copyLink(path);
  try {
    await navigator.share({ title, url: new URL(path, location.origin).href });
  } catch (error) {
    // Closing the sheet is not a failure.
    if (!(error instanceof DOMException && error.name === "AbortError")) await copyLink(path);
  }
}
