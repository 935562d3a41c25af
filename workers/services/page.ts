/** Pages and single rows, as services answer them. */
import { ApiError } from "../errors.ts";

export interface PageRequest {
  cursor?: string | undefined;
  limit: number;
}
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** @throws ApiError NOT_FOUND when there is no row */
export function only<T>(rows: readonly T[]): T {
  const row = rows[0];
  if (row === undefined) throw new ApiError("NOT_FOUND");
  return row;
}
