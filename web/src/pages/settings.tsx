import { LogOut } from "lucide-react";
import { lazy, Suspense } from "react";
import { useSignOut } from "../app/shell/use-sign-out.tsx";
import { useMe } from "../features/session/session.queries.ts";
import { AppearanceForm } from "../features/settings/appearance-form.tsx";
import { PasswordForm } from "../features/settings/password-form.tsx";
import { ProfileForm } from "../features/settings/profile-form.tsx";
import { useT } from "../i18n/index.ts";
import { Button } from "../ui/button.tsx";
import { Page } from "../ui/page.tsx";
import { Section } from "../ui/section.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";

const PresenceSection = lazy(() => import("../features/presence/presence-section.tsx"));

/** The account's settings: profile, appearance, presence, password, sign-out. */
export default function SettingsPage() {
  const t = useT();
  const me = useMe();
  const { signOut, isPending, dialog } = useSignOut();
  if (!me) return null;
  return (
    <Page title={t.settings.title} back={`/@${me.handle}`}>
      <Section title={t.settings.profile}>
        <ProfileForm me={me} />
      </Section>
      <Section title={t.settings.appearance}>
        <AppearanceForm />
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
          onClick={signOut}
          icon={<LogOut size={18} strokeWidth={1.75} aria-hidden />}
        >
          {t.settings.signOut}
        </Button>
        {dialog}
      </Section>
    </Page>
  );
}
