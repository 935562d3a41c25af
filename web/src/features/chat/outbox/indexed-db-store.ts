/**
 * The outbox on this device: one IndexedDB store. Written out, because five calls need no library; where IndexedDB is refused
 * (private windows of some browsers) entries live in memory.
 */
import type { OutboxEntry, OutboxStore } from "./outbox.types.ts";

const DATABASE = "plaza";
const STORE = "chat-outbox";
const BY_ACCOUNT = "accountId";

const answerOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Resolves when it is written, not when it was asked for. */
const endOf = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result
      .createObjectStore(STORE, { keyPath: "clientId" })
      .createIndex(BY_ACCOUNT, "accountId", { unique: false });
  };
  return answerOf(request);
}

/** The store of this browser. */
export function browserStore(): OutboxStore {
  let opening: Promise<IDBDatabase> | null = null;
  function database(): Promise<IDBDatabase> {
    opening ??= openDatabase().then(
      (db) => {
        // A newer version in another tab must not wait for this one; and a database that was closed is opened again.
        db.onversionchange = () => db.close();
        db.onclose = () => {
          opening = null;
        };
        return db;
      },
      (error) => {
        opening = null;
        throw error;
      },
    );
    return opening;
  }

  async function write(work: (store: IDBObjectStore) => void): Promise<void> {
    // Relaxed: a tab or a browser that dies finds the words again; only a power cut in the same moment may not. To wait for
    // the disk itself would hold up every message.
    const transaction = (await database()).transaction(STORE, "readwrite", { durability: "relaxed" });
    work(transaction.objectStore(STORE));
    await endOf(transaction);
  }

  return {
    async all(accountId) {
      const transaction = (await database()).transaction(STORE, "readonly");
      return await answerOf<OutboxEntry[]>(
        transaction.objectStore(STORE).index(BY_ACCOUNT).getAll(accountId),
      );
    },
    put: (entry) => write((store) => store.put(entry)),
    change: (clientId, change) =>
      write((store) => {
        const found = store.get(clientId);
        found.onsuccess = () => {
          if (found.result) store.put({ ...found.result, ...change });
        };
      }),
    remove: (clientIds) =>
      write((store) => {
        for (const id of clientIds) store.delete(id);
      }),
    clear: (accountId) =>
      write((store) => {
        const keys = store.index(BY_ACCOUNT).getAllKeys(accountId);
        keys.onsuccess = () => {
          for (const key of keys.result) store.delete(key);
        };
      }),
  };
}
