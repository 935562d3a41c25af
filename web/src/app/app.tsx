import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { queryClient } from "../api/query-client.ts";
import { Toaster } from "../ui/toast.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { afterFirstScreen } from "./first-screen.ts";
import { usePageChange } from "./navigation/use-page-change.ts";
import { Routes } from "./routes.tsx";
import { GlobalShortcuts } from "./shortcuts/global-shortcuts.tsx";

// Not needed to show and read the first screen.
const Live = lazy(afterFirstScreen(() => import("./live/live.tsx")));
const UnreadTitle = lazy(afterFirstScreen(() => import("./live/unread-title.tsx")));

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <ErrorBoundary>
        <PageChange />
        <GlobalShortcuts />
        <Routes />
        <Suspense fallback={null}>
          <Live />
          <UnreadTitle />
        </Suspense>
        <Toaster />
      </ErrorBoundary>
    </QueryClientProvider>
  );
}

function PageChange() {
  usePageChange();
  return null;
}
