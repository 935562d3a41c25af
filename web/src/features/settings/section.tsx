import type { ReactNode } from "react";

/** One part of the settings, under its name. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-5 border-b border-line px-4 py-8 last:border-b-0 sm:px-6">
      <h2 className="text-lg font-bold">{title}</h2>
      {children}
    </section>
  );
}
