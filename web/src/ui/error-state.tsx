import { CloudOff, RotateCw } from "lucide-react";
import { ApiError } from "../api/api-error.ts";
import { errorText } from "../api/error-text.ts";
import { useT } from "../i18n/index.ts";
import { Button } from "./button.tsx";

/**
 * Shown where loading failed: the error in the viewer's language, a retry button, and the request id to
 * report.
 */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useT();
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-8 py-16 text-center">
      <span
        aria-hidden
        className="inline-flex size-14 items-center justify-center rounded-full bg-warn-soft text-warn"
      >
        <CloudOff size={26} strokeWidth={1.75} />
      </span>
      <p className="max-w-[44ch] text-pretty">{errorText(error, t)}</p>
      {onRetry ? (
        <Button
          variant="secondary"
          onClick={onRetry}
          icon={<RotateCw size={18} strokeWidth={1.75} aria-hidden />}
        >
          {t.common.retry}
        </Button>
      ) : null}
      {error instanceof ApiError && error.requestId ? (
        <p className="text-sm text-muted">{t.common.reference(error.requestId)}</p>
      ) : null}
    </div>
  );
}
