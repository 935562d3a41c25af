import { RotateCw, Unplug } from "lucide-react";
import { Component, type ReactNode } from "react";
import { useT } from "../i18n/index.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

/** True when a page's chunk could not be loaded, because a new version replaced it on the server. */
function isMissingChunk(error: unknown): boolean {
  return (
    error instanceof Error && /dynamically imported module|module script failed|preload/i.test(error.message)
  );
}

/** Catches a page's render error, so that the shell stays. A key per path resets it on navigation. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    return this.state.error ? <ErrorPage error={this.state.error} /> : this.props.children;
  }
}

function ErrorPage({ error }: { error: unknown }) {
  const t = useT();
  const isUpdated = isMissingChunk(error);
  return (
    <div role="alert" className="column mx-auto pt-16">
      <EmptyState
        icon={<Unplug size={26} strokeWidth={1.75} />}
        title={t.shell.crashTitle}
        text={isUpdated ? t.shell.updateText : t.shell.crashText}
        action={
          <Button
            onClick={() => location.reload()}
            icon={<RotateCw size={18} strokeWidth={1.75} aria-hidden />}
          >
            {t.shell.reload}
          </Button>
        }
      />
    </div>
  );
}
