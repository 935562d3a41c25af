import { usePresenceT } from "../../i18n/lazy-words.ts";
import { Section } from "../settings/section.tsx";
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
