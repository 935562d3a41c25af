import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { watchFirstScreen } from "./app/first-screen.ts";
import { prefetchFirstScreen } from "./app/routes.tsx";
import { handleSessionExpiry } from "./app/session-expiry.ts";
import { loadLocale } from "./i18n/index.ts";
import { mountAnnouncer } from "./ui/announce.tsx";

/** Renders the app once the dictionary is loaded; until then the static text of index.html is visible. */
async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (!root) throw new Error("index.html has no #root");
  // Static hosting redirects /@ann to /%40ann; the address bar should show the former.
  if (location.pathname.startsWith("/%40")) {
    history.replaceState(history.state, "", location.href.replace("/%40", "/@"));
  }
  watchFirstScreen();
  prefetchFirstScreen();
  await loadLocale();
  mountAnnouncer();
  handleSessionExpiry();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

void start();
