import { createStore } from "../../api/create-store.ts";

/** Whether the dialog with the keyboard shortcuts is open. */
export const shortcutsDialog = createStore(false);

/** Opens the dialog with the keyboard shortcuts. */
export function showShortcuts(): void {
  shortcutsDialog.set(true);
}
