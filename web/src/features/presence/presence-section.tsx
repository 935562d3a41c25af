import { usePresenceT } from "../../i18n/lazy-dictionaries.ts";
import { Section } from "../../ui/section.tsx";
import { PresenceForm } from "./presence-form.tsx";

/** The settings section about presence. Loaded on demand, together with its dictionary. */
export default function PresenceSection() {
  const t = usePresenceT();
  return (
    <Section title={t.title}>
      <PresenceForm />
    </Section>
  );
}
