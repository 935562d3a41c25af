import type { PersonView } from "../../realtime/views.ts";
import { PersonRow } from "../profiles/person-row.tsx";
import { usePresence } from "./presence.hooks.ts";

/** Somebody near: as in every list, with the dot. */
export function NearbyPerson({ person }: { person: PersonView }) {
  return <PersonRow person={person} presence={usePresence([person.id]).get(person.id)} />;
}
