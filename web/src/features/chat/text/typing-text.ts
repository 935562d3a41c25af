import type { Chat } from "../../../i18n/en/chat.ts";
import type { Conversation, Person } from "../../../realtime/views.ts";

/** "typing…" in a direct conversation, names in a group; null when nobody is typing. Pure. */
export function typingText(
  ids: readonly string[],
  people: ReadonlyMap<string, Person>,
  kind: Conversation["kind"],
  t: Chat,
): string | null {
  if (ids.length === 0) return null;
  if (kind === "direct") return t.typing;
  const [one, other] = ids.map((id) => people.get(id)?.name ?? t.goneAuthor);
  if (ids.length > 2 || one === undefined) return t.typingMany;
  return other === undefined ? t.typingName(one) : t.typingTwo(one, other);
}
