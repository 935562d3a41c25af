import { RotateCw, Unplug } from "lucide-react";
import { Component, type ReactNode } from "react";
import { useT } from "../i18n/index.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

/** A page's code that is no longer on the server: there was a new version meanwhile. */
function isStaleCode(error: unknown): boolean {
  return (
    error instanceof Error && /dynamically imported module|module script failed|preload/i.test(error.message)
  );
}

/** Keeps a broken page from taking the shell with it. Give it a key per path, so that leaving mends it. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    return this.state.error ? <Broken error={this.state.error} /> : this.props.children;
  }
}

function Broken({ error }: { error: unknown }) {
  const t = useT();
  const isStale = isStaleCode(error);
  return (
    <div role="alert" className="column mx-auto pt-16">
      <EmptyState
        icon={<Unplug size={26} strokeWidth={1.75} />}
        title={t.shell.crashTitle}
        text={isStale ? t.shell.updateText : t.shell.crashText}
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
