import { useEffect } from "react";

/**
 * Moves the focus to the first control with an error. Increase `attempt` with each submit; the effect runs
 * after the render that shows the errors.
 */
export function useFocusFirstError(form: { current: HTMLFormElement | null }, attempt: number): void {
  useEffect(() => {
    if (attempt > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [attempt, form]);
}
