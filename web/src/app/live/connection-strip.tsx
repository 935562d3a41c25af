import { CloudOff, RefreshCw } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useT } from "../../i18n/index.ts";
import type { ConnectionStatus } from "../../realtime/connection.types.ts";
import { retryConnections } from "../../realtime/open-connections.ts";
import { useConnectionStatus, useHasConnection } from "../../realtime/status-store.ts";
import { announce } from "../../ui/announce.tsx";

/** A shorter interruption is not shown. A longer one must be visible within two seconds. */
const SHOW_AFTER_MS = 1_000;

type Shown = Extract<ConnectionStatus, "reconnecting" | "polling" | "offline">;

function toShow(status: ConnectionStatus): Shown | null {
  return status === "reconnecting" || status === "polling" || status === "offline" ? status : null;
}

/** Shows that the live connection is lost, and what still works. Renders nothing while it is up. */
export function ConnectionStrip() {
  const t = useT();
  const wanted = toShow(useConnectionStatus());
  const [shown, setShown] = useState<Shown | null>(null);
  const wasShown = useRef(false);
  // In an open conversation the text says that messages are sent later automatically.
  const isInConversation = useHasConnection("conversation:");
  const text = !shown
    ? ""
    : shown === "offline" && isInConversation
      ? t.realtime.offlineChat
      : t.realtime[`${shown}Text`];

  const isShown = shown !== null;
  // Toasts are placed above the strip.
  useEffect(() => {
    document.documentElement.style.setProperty("--strip", isShown ? "4rem" : "0px");
  }, [isShown]);

  useEffect(() => {
    if (wanted === null || isShown) {
      setShown(wanted);
      return;
    }
    const timer = setTimeout(() => setShown(wanted), SHOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, [wanted, isShown]);

  useEffect(() => {
    if (shown) announce(`${t.realtime[shown]} ${text}`);
    else if (wasShown.current) announce(t.realtime.back);
    wasShown.current = shown !== null;
  }, [shown, text, t]);

  if (!shown) return null;
  const Icon = shown === "offline" ? CloudOff : RefreshCw;
  return (
    <div
      data-testid="connection-strip"
      data-status={shown}
      className="fixed inset-x-0 bottom-(--bar) z-40 mx-auto flex min-h-11 animate-rise items-center justify-center gap-2.5 border-t border-line bg-warn-soft px-4 py-2 text-sm text-warn sm:bottom-[calc(var(--bar)+1rem)] sm:w-fit sm:rounded-full sm:border sm:px-5 sm:shadow-lift"
    >
      <Icon size={16} strokeWidth={1.75} aria-hidden className="shrink-0" />
      <p className="min-w-0">
        <strong className="font-semibold">{t.realtime[shown]}</strong> {text}
      </p>
      {shown === "polling" ? null : (
        <button
          type="button"
          onClick={retryConnections}
          className="touch shrink-0 rounded-full px-2 font-semibold underline underline-offset-4"
        >
          {t.realtime.retry}
        </button>
      )}
    </div>
  );
}
