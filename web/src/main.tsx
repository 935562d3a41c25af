import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { warmUp } from "./app/routes.tsx";
import { watchSession } from "./app/session-expiry.ts";
import { loadTypeface } from "./browser/typeface.ts";
import { loadLocale } from "./i18n/index.ts";
import { mountAnnouncer } from "./ui/announce.tsx";

/** Nothing is drawn before its words are there; until then index.html's own text stands. */
async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (!root) throw new Error("index.html has no #root");
  // Static hosting answers /@ann with a redirect to /%40ann; people should see and share the former.
  if (location.pathname.startsWith("/%40")) {
    history.replaceState(history.state, "", location.href.replace("/%40", "/@"));
  }
  warmUp();
  await loadLocale();
  mountAnnouncer();
  watchSession();
  loadTypeface();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

void start();
