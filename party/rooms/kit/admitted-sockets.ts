/**
 * Index of the sockets that a room sends to, by account. The platform's `getWebSockets` deserializes the attachment of every
 * socket at each call, which is too slow for every message. `UserId` includes null in rooms that admit visitors who are not
 * signed in.
 */
import type { Connection } from "partyserver";

export class AdmittedSockets<UserId extends string | null = string> {
  readonly #all = new Map<string, { connection: Connection; userId: UserId }>();
  readonly #byUser = new Map<UserId, Map<string, Connection>>();

  add(connection: Connection, userId: UserId): void {
    this.#all.set(connection.id, { connection, userId });
    const own = this.#byUser.get(userId) ?? new Map<string, Connection>();
    this.#byUser.set(userId, own.set(connection.id, connection));
  }

  /** Returns the account of the removed socket; null when it is not in the index. */
  remove(connectionId: string): { userId: UserId } | null {
    const known = this.#all.get(connectionId);
    if (!known) return null;
    this.#all.delete(connectionId);
    const own = this.#byUser.get(known.userId);
    own?.delete(connectionId);
    if (own?.size === 0) this.#byUser.delete(known.userId);
    return known;
  }

  isAdmitted(connectionId: string): boolean {
    return this.#all.has(connectionId);
  }

  userOf(connectionId: string): UserId | null {
    return this.#all.get(connectionId)?.userId ?? null;
  }

  /** True when this account has at least one socket. */
  has(userId: UserId): boolean {
    return this.#byUser.has(userId);
  }

  countOf(userId: UserId): number {
    return this.#byUser.get(userId)?.size ?? 0;
  }

  of(userId: UserId): Connection[] {
    return [...(this.#byUser.get(userId)?.values() ?? [])];
  }

  all(): IterableIterator<{ connection: Connection; userId: UserId }> {
    return this.#all.values();
  }
}
