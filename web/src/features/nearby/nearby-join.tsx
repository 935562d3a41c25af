import { Check } from "lucide-react";
import { usePresenceT } from "../../i18n/lazy-dictionaries.ts";
import { Button } from "../../ui/button.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import type { CellPrecision } from "./locate.ts";

const LEVELS: readonly CellPrecision[] = [4, 5];

/** Explains what Nearby shares, lets the viewer choose the precision, and starts sharing. */
export function NearbyJoin({
  precision,
  onPrecision,
  isPending,
  onJoin,
}: {
  precision: CellPrecision;
  onPrecision: (precision: CellPrecision) => void;
  isPending: boolean;
  onJoin: () => void;
}) {
  const t = usePresenceT();
  return (
    <div className="px-4 py-6 sm:px-6">
      <h2 className="text-xl font-bold text-balance">{t.nearbyIntro}</h2>
      <p className="mt-2 max-w-[60ch] text-muted text-pretty">{t.nearbyText}</p>
      <ul className="mt-5 flex flex-col gap-3">
        {t.nearbyPoints.map((point) => (
          <li key={point} className="flex gap-3">
            <Check size={18} strokeWidth={2} aria-hidden className="mt-0.75 shrink-0 text-good" />
            <span className="max-w-[60ch] text-pretty">{point}</span>
          </li>
        ))}
      </ul>
      <fieldset className="mt-7">
        <legend className="mb-2 font-semibold">{t.level}</legend>
        <div className="grid gap-2 sm:grid-cols-3">
          {LEVELS.map((level) => (
            <label
              key={level}
              className="flex min-h-16 cursor-pointer flex-col justify-center rounded-card border border-line-strong bg-surface px-4 py-3 transition-colors duration-120 hover:border-ink has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name="level"
                value={level}
                checked={precision === level}
                onChange={() => onPrecision(level)}
                className="sr-only"
              />
              <span className="font-semibold">{t.levels[level].title}</span>
              <span className="text-sm text-muted">{t.levels[level].text}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <div className="mt-6 flex items-center gap-4">
        <Button pending={isPending} onClick={onJoin}>
          {t.join}
        </Button>
        {isPending ? (
          <span role="status" className="flex items-center gap-2 text-sm text-muted">
            <Spinner size={16} />
            {t.joining}
          </span>
        ) : null}
      </div>
    </div>
  );
}
