import type { ShownMessage } from "../../data/chat.types.ts";
import type { MessageAction } from "./message-actions.ts";

/** What a row can ask its conversation to do. Stable, so that rows do not draw anew. */
export interface RowDeeds {
  act(message: ShownMessage, action: MessageAction): void;
  react(message: ShownMessage, emoji: string, isOn: boolean): void;
  jumpTo(seq: number): void;
  openSheet(message: ShownMessage): void;
  retry(message: ShownMessage): void;
  discard(message: ShownMessage): void;
  nameOf(id: string | null): string;
}
