/** A position in a room's log: `epoch` is the id of the log, created with the room's storage; `seq` is the last applied event. */
import { z } from "zod";

export const positionSchema = z.object({
  epoch: z.string().min(1).max(64),
  seq: z.int().min(0),
});
export type Position = z.infer<typeof positionSchema>;

/** Parses `epoch:seq`, as polling sends it; null when malformed. */
export function parsePosition(text: string | null | undefined): Position | null {
  const at = text?.lastIndexOf(":") ?? -1;
  return text && at > 0 ? positionFrom(text.slice(0, at), text.slice(at + 1)) : null;
}

/** Parses `?epoch=&seq=` of a socket's URL; null when absent or malformed. */
export function positionOf(params: URLSearchParams): Position | null {
  return positionFrom(params.get("epoch"), params.get("seq"));
}

/** Formats `epoch:seq`. */
export function formatPosition({ epoch, seq }: Position): string {
  return `${epoch}:${seq}`;
}

function positionFrom(epoch: string | null, seq: string | null): Position | null {
  if (!seq || !/^\d{1,15}$/.test(seq)) return null;
  const parsed = positionSchema.safeParse({ epoch, seq: Number(seq) });
  return parsed.success ? parsed.data : null;
}
