import type { PersonView } from "../../realtime/views.ts";
import { MessageButton } from "../chat/list/message-button.tsx";
import { usePresence } from "../presence/use-presence.ts";
import { PersonRow } from "../profiles/person-row.tsx";

/** Whoever is in the list of those near was here when it was read. */
const HERE = { isOnline: true, lastSeenAt: null };

/** Somebody near: as in every list, with the dot and the way to write to them. */
export function NearbyPerson({ person }: { person: PersonView }) {
  const presence = usePresence([person.id]).get(person.id) ?? HERE;
  return <PersonRow person={person} presence={presence} actions={<MessageButton person={person} />} />;
}
