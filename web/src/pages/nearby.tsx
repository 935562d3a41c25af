import { MapPin, MapPinOff, UsersRound } from "lucide-react";
import { useState } from "react";
import type { CellPrecision } from "../features/nearby/locate.ts";
import { NearbyJoin } from "../features/nearby/nearby-join.tsx";
import { NearbyPerson } from "../features/nearby/nearby-person.tsx";
import { useMinutesLeft } from "../features/nearby/use-minutes-left.ts";
import { useNearby } from "../features/nearby/use-nearby.ts";
import { useT } from "../i18n/index.ts";
import { usePresenceT } from "../i18n/lazy-dictionaries.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Page } from "../ui/page.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { toast } from "../ui/toast.tsx";

const LOWEST_PRECISION: CellPrecision = 4;

/**
 * People nearby. Before sharing a location, an introduction with the choice of its precision; while sharing,
 * when it ends and the people who share a location as well; or the reason why no location is available.
 */
export default function NearbyPage() {
  const t = usePresenceT();
  const { common } = useT();
  const nearby = useNearby();
  const [precision, setPrecision] = useState<CellPrecision>(5);
  const { view, isPending, error, refetch, isSharing, failure } = nearby;
  const shared = view?.cell ? (view.cell.length as CellPrecision) : null;

  return (
    <Page title={t.nearby} back="/messages">
      {failure ? (
        <EmptyState
          icon={<MapPinOff size={26} strokeWidth={1.75} />}
          title={failure === "denied" ? t.denied : "geolocation" in navigator ? t.unavailable : t.unsupported}
          text={
            failure === "denied"
              ? t.deniedText
              : "geolocation" in navigator
                ? t.unavailableText
                : t.unsupportedText
          }
          action={
            <Button variant="secondary" pending={isSharing} onClick={() => nearby.share(precision)}>
              {common.retry}
            </Button>
          }
        />
      ) : null}
      {!view ? (
        error ? (
          <ErrorState error={error} onRetry={refetch} />
        ) : isPending ? (
          <SkeletonRows count={4} lines={1} />
        ) : null
      ) : shared === null ? (
        <>
          {error ? <ErrorState error={error} onRetry={() => nearby.share(precision)} /> : null}
          <NearbyJoin
            precision={precision}
            onPrecision={setPrecision}
            isPending={isSharing}
            onJoin={() => nearby.share(precision)}
          />
        </>
      ) : (
        <>
          <Shared
            size={t.levels[shared].text}
            expiresAt={view.expiresAt}
            isRenewing={isSharing}
            onRenew={() => nearby.share(shared)}
            onStop={() => {
              nearby.stop();
              toast({ text: t.leftText });
            }}
          />
          {view.people.length === 0 ? (
            <EmptyState
              icon={<UsersRound size={26} strokeWidth={1.75} />}
              title={t.nobody}
              text={t.nobodyText}
              {...(shared > LOWEST_PRECISION
                ? {
                    action: (
                      <Button
                        variant="secondary"
                        pending={isSharing}
                        onClick={() => nearby.share((shared - 1) as CellPrecision)}
                      >
                        {t.wider}
                      </Button>
                    ),
                  }
                : {})}
            />
          ) : (
            <section aria-label={t.people}>
              <h2 aria-live="polite" className="px-4 pt-5 pb-2 font-bold">
                {t.count(view.people.length)}
              </h2>
              {view.people.map((person) => (
                <NearbyPerson key={person.id} person={person} />
              ))}
            </section>
          )}
        </>
      )}
    </Page>
  );
}

/** The shared area, the remaining minutes, and the buttons that extend or end the sharing. */
function Shared({
  size,
  expiresAt,
  isRenewing,
  onRenew,
  onStop,
}: {
  size: string;
  expiresAt: string | null;
  isRenewing: boolean;
  onRenew: () => void;
  onStop: () => void;
}) {
  const t = usePresenceT();
  const minutes = useMinutesLeft(expiresAt);
  return (
    <section className="flex flex-wrap items-center gap-3 border-b border-line bg-surface px-4 py-4">
      <span
        aria-hidden
        className="inline-flex size-11 shrink-0 items-center justify-center rounded-full bg-accent-soft text-accent"
      >
        <MapPin size={22} strokeWidth={1.75} />
      </span>
      <div className="min-w-48 flex-1">
        <p className="font-semibold text-pretty">{t.sharing(size)}</p>
        {minutes === null ? null : <p className="text-sm text-muted">{t.endsIn(minutes)}</p>}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" variant="secondary" pending={isRenewing} onClick={onRenew}>
          {t.renew}
        </Button>
        <Button size="sm" variant="ghost" onClick={onStop}>
          {t.leave}
        </Button>
      </div>
    </section>
  );
}
