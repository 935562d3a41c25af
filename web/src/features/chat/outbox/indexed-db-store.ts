/**
 * The outbox's storage: one IndexedDB object store, used without a library because there are only five
 * operations. Where IndexedDB is unavailable (private windows of some browsers) every call rejects, and
 * the outbox keeps its entries in memory.
 */
import type { OutboxEntry, OutboxStore } from "./outbox.types.ts";

const DATABASE = "plaza";
const STORE = "chat-outbox";
const BY_ACCOUNT = "accountId";

const resultOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Resolves when the transaction has been committed. */
const completionOf = (transaction: IDBTransaction): Promise<void> =>
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
  return resultOf(request);
}

/** Creates this browser's store. The first call opens the database. */
export function indexedDbStore(): OutboxStore {
  let opening: Promise<IDBDatabase> | null = null;
  function database(): Promise<IDBDatabase> {
    opening ??= openDatabase().then(
      (db) => {
        // Lets another tab upgrade the database.
        db.onversionchange = () => db.close();
        // The browser closed the database; the next call opens it again.
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
    // Relaxed durability survives a crash of the tab or the browser, but not a power cut at that moment.
    // Waiting for the disk would delay every message.
    const transaction = (await database()).transaction(STORE, "readwrite", { durability: "relaxed" });
    work(transaction.objectStore(STORE));
    await completionOf(transaction);
  }

  return {
    async all(accountId) {
      const transaction = (await database()).transaction(STORE, "readonly");
      return await resultOf<OutboxEntry[]>(
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
