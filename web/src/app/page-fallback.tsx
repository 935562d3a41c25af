import { Skeleton, SkeletonRows } from "../ui/skeleton.tsx";

/** The skeleton of a page in the shell, while its code or the session loads. */
export function PageFallback() {
  return (
    <div className="column min-h-dvh border-line sm:border-x">
      <div className="flex h-14 items-center border-b border-line px-4">
        <Skeleton className="h-5 w-32" />
      </div>
      <SkeletonRows count={5} />
    </div>
  );
}

/** The skeleton of the messages page: the conversation list, and space for a conversation beside it. */
export function MessagesFallback() {
  return (
    <div className="flex h-visible border-line sm:border-x">
      <div className="w-full border-line lg:w-80 lg:shrink-0 lg:border-r">
        <div className="flex h-14 items-center border-b border-line px-4">
          <Skeleton className="h-5 w-32" />
        </div>
        <SkeletonRows count={6} lines={1} />
      </div>
    </div>
  );
}

/** Nothing: pages without the shell are small and load at once. */
export function PlainFallback() {
  return <div className="min-h-dvh" />;
}
