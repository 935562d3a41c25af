/** Plaza's logo without the name. */
export function Mark({ size = 30 }: { size?: number }) {
  return <img src="/favicon.svg" alt="" width={size} height={size} className="shrink-0" />;
}

/** Plaza's logo with the name. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2.5 text-lg font-bold tracking-tight">
      <Mark />
      Plaza
    </span>
  );
}
