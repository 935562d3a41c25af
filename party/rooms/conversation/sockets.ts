/**
 * The sockets of a conversation that are let in, by person. The platform knows them too; asking it for each message would
 * cost a look into every socket's attachment.
 */
import type { Connection } from "partyserver";

export class Sockets {
  readonly #all = new Map<string, { connection: Connection; userId: string }>();
  readonly #byUser = new Map<string, Map<string, Connection>>();

  add(connection: Connection, userId: string): void {
    this.#all.set(connection.id, { connection, userId });
    const own = this.#byUser.get(userId) ?? new Map<string, Connection>();
    this.#byUser.set(userId, own.set(connection.id, connection));
  }

  /** Whose it was; null when it was not let in or is gone already. */
  remove(connectionId: string): string | null {
    const known = this.#all.get(connectionId);
    if (!known) return null;
    this.#all.delete(connectionId);
    const own = this.#byUser.get(known.userId);
    own?.delete(connectionId);
    if (own?.size === 0) this.#byUser.delete(known.userId);
    return known.userId;
  }

  userOf(connectionId: string): string | null {
    return this.#all.get(connectionId)?.userId ?? null;
  }

  has(userId: string): boolean {
    return this.#byUser.has(userId);
  }

  of(userId: string): Connection[] {
    return [...(this.#byUser.get(userId)?.values() ?? [])];
  }

  all(): IterableIterator<{ connection: Connection; userId: string }> {
    return this.#all.values();
  }
}
