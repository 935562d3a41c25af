import { queryClient } from "../api/query-client.ts";
import { afterFirstScreen as firstScreen, reportFirstScreen } from "../browser/first-screen.ts";
import { loadPageTexts } from "../i18n/index.ts";

/** After this time the rest is loaded even if the first screen still waits for an answer. */
const LATEST_MS = 4_000;
/** Safari has no requestIdleCallback. */
const IDLE_FALLBACK_MS = 200;

/**
 * Reports the first screen of the feed or the landing page once nothing is being fetched, no skeleton is shown and
 * the browser is idle.
 */
export function watchFirstScreen(): void {
  // Only the feed and the landing page divide their first load. A conversation needs its connection from the start,
  // also when the network is lost a moment later.
  if (location.pathname !== "/") {
    reportFirstScreen();
    return;
  }
  let isReported = false;
  const report = () => {
    if (isReported) return;
    isReported = true;
    unsubscribe();
    clearTimeout(timer);
    reportFirstScreen();
  };
  const isShown = () => queryClient.isFetching() === 0 && !document.querySelector("[data-skeleton]");
  const unsubscribe = queryClient.getQueryCache().subscribe(() => {
    if (queryClient.isFetching() === 0) whenIdle(() => isShown() && report());
  });
  const timer = setTimeout(report, LATEST_MS);
}

function whenIdle(run: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(run);
  else setTimeout(run, IDLE_FALLBACK_MS);
}

/** An import that waits for the first screen and then for the texts of the pages. */
export function afterFirstScreen<Module>(importModule: () => Promise<Module>): () => Promise<Module> {
  return async () => {
    await firstScreen;
    return await withPageTexts(importModule)();
  };
}

/** An import that loads the texts of the pages beside the module. */
export function withPageTexts<Module>(importModule: () => Promise<Module>): () => Promise<Module> {
  return async () => {
    const [module] = await Promise.all([importModule(), loadPageTexts()]);
    return module;
  };
}
