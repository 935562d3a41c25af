import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { queryClient } from "../api/query-client.ts";
import { Toaster } from "../ui/toast.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { useArrival } from "./navigation/use-page-change.ts";
import { Routes } from "./routes.tsx";
import { Shortcuts } from "./shortcuts/global-shortcuts.tsx";

// Sockets and what they patch come after the first screen.
const Live = lazy(() => import("./live/live.tsx"));
const TitleCount = lazy(() => import("./live/unread-title.tsx"));

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <ErrorBoundary>
        <Arrival />
        <Shortcuts />
        <Routes />
        <Suspense fallback={null}>
          <Live />
          <TitleCount />
        </Suspense>
        <Toaster />
      </ErrorBoundary>
    </QueryClientProvider>
  );
}

function Arrival() {
  useArrival();
  return null;
}
