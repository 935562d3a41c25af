import type { Conversation } from "../../../realtime/views.ts";
import { Skeleton, SkeletonGroup } from "../../../ui/skeleton.tsx";

const BUBBLES = ["w-48", "w-64", "w-32 ml-auto", "w-56 ml-auto", "w-40", "w-60 ml-auto", "w-52", "w-36"];

/** The placeholder of a conversation that is being loaded. */
export function ThreadSkeleton({ conversation }: { conversation: Conversation | null }) {
  return (
    <SkeletonGroup className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-15 shrink-0 items-center gap-3 border-b border-line px-4">
        <Skeleton className="size-10 rounded-full" />
        <div className="flex flex-col gap-2">
          <Skeleton className="h-4 w-32" />
          {conversation ? null : <Skeleton className="h-3 w-20" />}
        </div>
      </div>
      <div className="flex min-h-0 flex-1 flex-col justify-end gap-3 overflow-hidden px-4 py-4">
        {BUBBLES.map((look) => (
          <Skeleton key={look} className={`h-10 shrink-0 rounded-sheet ${look}`} />
        ))}
      </div>
      <div className="flex h-15 shrink-0 items-center gap-3 border-t border-line px-4">
        <Skeleton className="h-11 flex-1 rounded-full" />
      </div>
    </SkeletonGroup>
  );
}
