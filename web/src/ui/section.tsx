import type { ReactNode } from "react";

/** A titled section of a page, such as one group of settings. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-5 border-b border-line px-4 py-8 last:border-b-0 sm:px-6">
      <h2 className="text-lg font-bold">{title}</h2>
      {children}
    </section>
  );
}
