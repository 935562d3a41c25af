import { MapPinOff } from "lucide-react";
import { useT } from "../i18n/index.ts";
import { ButtonLink } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";

/** Shown for an address that has no page. */
export default function NotFoundPage() {
  const t = useT();
  return (
    <Page title={t.shell.notFoundTitle} back="/">
      <EmptyState
        icon={<MapPinOff size={26} strokeWidth={1.75} />}
        title={t.shell.notFoundTitle}
        text={t.shell.notFoundText}
        action={<ButtonLink href="/">{t.shell.goHome}</ButtonLink>}
      />
    </Page>
  );
}
