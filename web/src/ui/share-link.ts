import { currentDictionary } from "../i18n/index.ts";
import { toast } from "./toast.tsx";

/** Copies the absolute URL of a path of this site, and shows in a toast whether that worked. */
export async function copyLink(path: string): Promise<void> {
  const t = currentDictionary();
  try {
    await navigator.clipboard.writeText(new URL(path, location.origin).href);
    toast({ text: t.posts.linkCopied, tone: "good" });
  } catch {
    toast({ text: t.posts.linkNotCopied, tone: "bad" });
  }
}

/** Opens the system's share sheet on touch screens; everywhere else, or when that fails, copies the link. */
export async function sharePath(path: string, title: string): Promise<void> {
  if (typeof navigator.share !== "function" || !matchMedia("(pointer: coarse)").matches)
    return copyLink(path);
  try {
    await navigator.share({ title, url: new URL(path, location.origin).href });
  } catch (error) {
    // AbortError: the person closed the share sheet.
    if (!(error instanceof DOMException && error.name === "AbortError")) await copyLink(path);
  }
}
