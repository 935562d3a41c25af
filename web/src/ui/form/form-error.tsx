import type { ReactNode } from "react";

/** An error that concerns the whole form, announced as an alert. Stands above the submit button. */
export function FormError({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className="rounded-card bg-bad-soft px-4 py-3 font-medium text-bad empty:hidden">
      {children}
    </div>
  );
}
