import type { PersonView } from "../../realtime/views.ts";
import { MessageButton } from "../chat/list/message-button.tsx";
import { usePresence } from "../presence/use-presence.ts";
import { PersonRow } from "../profiles/person-row.tsx";

/** Shown until the presence is loaded: everybody in the list was online when it was loaded. */
const ASSUMED_PRESENCE = { isOnline: true, lastSeenAt: null };

/** A person nearby, with presence and a button that opens a conversation. */
export function NearbyPerson({ person }: { person: PersonView }) {
  const presence = usePresence([person.id]).get(person.id) ?? ASSUMED_PRESENCE;
  return <PersonRow person={person} presence={presence} actions={<MessageButton person={person} />} />;
}
