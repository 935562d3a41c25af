import { LogOut } from "lucide-react";
import type { ReactNode } from "react";
import { errorText } from "../api/error-text.ts";
import { useSignOut } from "../features/session/session.mutations.ts";
import { useMe } from "../features/session/session.queries.ts";
import { LookForm } from "../features/settings/look-form.tsx";
import { PasswordForm } from "../features/settings/password-form.tsx";
import { ProfileForm } from "../features/settings/profile-form.tsx";
import { useT } from "../i18n/index.ts";
import { Button } from "../ui/button.tsx";
import { Page } from "../ui/page.tsx";
import { toast } from "../ui/toast.tsx";

export default function SettingsPage() {
  const t = useT();
  const me = useMe();
  const signOut = useSignOut();
  if (!me) return null;
  const leave = () =>
    signOut.mutate(undefined, {
      onSuccess: () => toast({ text: t.settings.signedOut }),
      onError: (error) => toast({ text: errorText(error, t), tone: "bad" }),
    });
  return (
    <Page title={t.settings.title} back={`/@${me.handle}`}>
      <Section title={t.settings.profile}>
        <ProfileForm me={me} />
      </Section>
      <Section title={t.settings.look}>
        <LookForm />
      </Section>
      <Section title={t.settings.password}>
        <PasswordForm email={me.email} />
      </Section>
      <Section title={t.settings.account}>
        <p className="text-muted">{t.settings.signedInAs(me.email)}</p>
        <Button
          variant="secondary"
          className="self-start"
          pending={signOut.isPending}
          onClick={leave}
          icon={<LogOut size={18} strokeWidth={1.75} aria-hidden />}
        >
          {t.settings.signOut}
        </Button>
      </Section>
    </Page>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-5 border-b border-line px-4 py-8 last:border-b-0 sm:px-6">
      <h2 className="text-lg font-bold">{title}</h2>
      {children}
    </section>
  );
}
