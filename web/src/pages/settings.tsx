import { LogOut } from "lucide-react";
import { lazy, Suspense } from "react";
import { useMe } from "../features/session/session.queries.ts";
import { useLeaving } from "../features/session/use-leaving.tsx";
import { LookForm } from "../features/settings/look-form.tsx";
import { PasswordForm } from "../features/settings/password-form.tsx";
import { ProfileForm } from "../features/settings/profile-form.tsx";
import { Section } from "../features/settings/section.tsx";
import { useT } from "../i18n/index.ts";
import { Button } from "../ui/button.tsx";
import { Page } from "../ui/page.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";

const PresenceSection = lazy(() => import("../features/presence/presence-section.tsx"));

export default function SettingsPage() {
  const t = useT();
  const me = useMe();
  const { leave, isPending, question } = useLeaving();
  if (!me) return null;
  return (
    <Page title={t.settings.title} back={`/@${me.handle}`}>
      <Section title={t.settings.profile}>
        <ProfileForm me={me} />
      </Section>
      <Section title={t.settings.look}>
        <LookForm />
      </Section>
      <Suspense fallback={<SkeletonRows count={2} />}>
        <PresenceSection />
      </Suspense>
      <Section title={t.settings.password}>
        <PasswordForm email={me.email} />
      </Section>
      <Section title={t.settings.account}>
        <p className="text-muted">{t.settings.signedInAs(me.email)}</p>
        <Button
          variant="secondary"
          className="self-start"
          pending={isPending}
          onClick={leave}
          icon={<LogOut size={18} strokeWidth={1.75} aria-hidden />}
        >
          {t.settings.signOut}
        </Button>
        {question}
      </Section>
    </Page>
  );
}
