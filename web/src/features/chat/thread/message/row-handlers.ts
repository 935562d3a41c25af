import type { ShownMessage } from "../../data/chat.types.ts";
import type { MessageAction } from "./message-actions.ts";

/**
 * The callbacks of a message row. The same object in every render, so that memoized rows do not render
 * again.
 */
export interface RowHandlers {
  act(message: ShownMessage, action: MessageAction): void;
  react(message: ShownMessage, emoji: string, isOn: boolean): void;
  jumpTo(seq: number): void;
  openSheet(message: ShownMessage): void;
  retry(message: ShownMessage): void;
  discard(message: ShownMessage): void;
  nameOf(id: string | null): string;
}
