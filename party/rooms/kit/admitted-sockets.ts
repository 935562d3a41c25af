/**
 * The sockets that a room sends to, by person. The platform lists sockets too, but parses the attachment of each one on every
 * look; this index costs nothing per message. `User` includes null in rooms that admit visitors who are not signed in.
 */
import type { Connection } from "partyserver";

export class AdmittedSockets<User extends string | null = string> {
  readonly #all = new Map<string, { connection: Connection; userId: User }>();
  readonly #byUser = new Map<User, Map<string, Connection>>();

  add(connection: Connection, userId: User): void {
    this.#all.set(connection.id, { connection, userId });
    const own = this.#byUser.get(userId) ?? new Map<string, Connection>();
    this.#byUser.set(userId, own.set(connection.id, connection));
  }

  /** Whose socket it was; null when it is not in the index. */
  remove(connectionId: string): { userId: User } | null {
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

  userOf(connectionId: string): User | null {
    return this.#all.get(connectionId)?.userId ?? null;
  }

  /** True when this person has at least one socket. */
  has(userId: User): boolean {
    return this.#byUser.has(userId);
  }

  countOf(userId: User): number {
    return this.#byUser.get(userId)?.size ?? 0;
  }

  of(userId: User): Connection[] {
    return [...(this.#byUser.get(userId)?.values() ?? [])];
  }

  all(): IterableIterator<{ connection: Connection; userId: User }> {
    return this.#all.values();
  }
}
