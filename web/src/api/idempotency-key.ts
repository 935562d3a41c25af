const hex = (bytes: Iterable<number>) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * Creates the key of one write: a UUIDv7 (RFC 9562), the time in milliseconds before 74 random bits. A retry of the same write
 * sends the same key. Implemented here because the `uuidv7` package, with its monotonic generator, is larger than the rest of
 * the client.
 */
export function newIdempotencyKey(nowMs: number = Date.now()): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  random[0] = 0x70 | ((random[0] ?? 0) & 0x0f);
  random[2] = 0x80 | ((random[2] ?? 0) & 0x3f);
  const all = nowMs.toString(16).padStart(12, "0") + hex(random);
  return [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20), all.slice(20)].join("-");
}
