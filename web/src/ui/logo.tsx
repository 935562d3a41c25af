/** Plaza's mark: a P seen from above, a ring of people around what is live. */
export function Mark({ size = 30 }: { size?: number }) {
  return <img src="/favicon.svg" alt="" width={size} height={size} className="shrink-0" />;
}

export function Logo() {
  return (
    <span className="inline-flex items-center gap-2.5 text-lg font-bold tracking-tight">
      <Mark />
      Plaza
    </span>
  );
}
