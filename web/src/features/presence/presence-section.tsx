import { usePresenceT } from "../../i18n/lazy-dictionaries.ts";
import { Section } from "../../ui/section.tsx";
import { PresenceForm } from "./presence-form.tsx";

/** "Being online" among the settings; its words come with it. */
export default function PresenceSection() {
  const t = usePresenceT();
  return (
    <Section title={t.title}>
      <PresenceForm />
    </Section>
  );
}
