import { X } from "lucide-react";
import { useState } from "react";
import { CHOSEN_MAX } from "../../../../party/protocol/limits.ts";
import { errorText } from "../../api/error-text.ts";
import { useT } from "../../i18n/index.ts";
import { usePresenceT } from "../../i18n/lazy-dictionaries.ts";
import type { Audience, Person, PresenceSettings } from "../../realtime/views.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button, ButtonLink, IconButton } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Switch } from "../../ui/form/switch.tsx";
import { Skeleton, SkeletonGroup } from "../../ui/skeleton.tsx";
import { toast } from "../../ui/toast.tsx";
import { PeoplePicker } from "../chat/groups/people-picker.tsx";
import { useUpdatePresenceSettings } from "./presence.mutations.ts";
import { usePresenceSettings } from "./presence.queries.ts";

/** The server keeps no more. */

const AUDIENCES: readonly Audience[] = ["everyone", "mutuals", "chosen", "nobody"];

/**
 * Who may see the account's presence, and whether it shares read receipts. Every change is saved immediately.
 */
export function PresenceForm() {
  const t = usePresenceT();
  const common = useT();
  const { settings, error, refetch } = usePresenceSettings();
  const save = useUpdatePresenceSettings();
  // The change that is being saved, shown optimistically: success puts it into `settings`, a failure removes
  // it.
  const [saving, setSaving] = useState<Partial<PresenceSettings> | null>(null);
  if (!settings) {
    if (error) return <ErrorState error={error} onRetry={refetch} />;
    return (
      <SkeletonGroup className="flex flex-col gap-3">
        {["w-40", "w-56", "w-48", "w-32"].map((width) => (
          <Skeleton key={width} className={`h-5 ${width}`} />
        ))}
      </SkeletonGroup>
    );
  }
  const change = (next: Partial<PresenceSettings>) => {
    const unsaved = { ...saving, ...next };
    setSaving(unsaved);
    save.mutate(next, {
      onError: (failure) => toast({ text: errorText(failure, common), tone: "bad" }),
      onSettled: () => setSaving((latest) => (latest === unsaved ? null : latest)),
    });
  };
  const audience = saving?.audience ?? settings.audience;
  return (
    <>
      <fieldset>
        <legend className="font-semibold">{t.audience}</legend>
        <p className="mb-2 text-sm text-pretty text-muted">{t.audienceHint}</p>
        {AUDIENCES.map((each) => (
          <label
            key={each}
            className="-mx-2 flex min-h-11 cursor-pointer items-center gap-3 rounded-sm px-2 hover:bg-sunken"
          >
            <input
              type="radio"
              name="audience"
              value={each}
              checked={audience === each}
              onChange={() => change({ audience: each })}
              className="size-5"
            />
            {t.audiences[each]}
          </label>
        ))}
      </fieldset>
      {audience === "chosen" ? <Chosen settings={{ ...settings, ...saving }} onChange={change} /> : null}
      <Switch
        label={t.receipts}
        hint={t.receiptsText}
        isOn={saving?.sharesReceipts ?? settings.sharesReceipts}
        isPending={save.isPending}
        onChange={(sharesReceipts) => change({ sharesReceipts })}
      />
      <ButtonLink href="/nearby" variant="secondary" className="self-start">
        {t.nearby}
      </ButtonLink>
    </>
  );
}

/** The people of the audience "chosen". Each can be removed; a dialog with a people picker adds more. */
function Chosen({
  settings,
  onChange,
}: {
  settings: PresenceSettings;
  onChange: (next: Partial<PresenceSettings>) => void;
}) {
  const t = usePresenceT();
  const common = useT().common;
  const [picked, setPicked] = useState<Person[] | null>(null);
  // A person that was just removed stays in `people` until the change is saved.
  const people = settings.people.filter((person) => settings.chosen.includes(person.id));
  const save = () => {
    if (picked) onChange({ chosen: [...settings.chosen, ...picked.map((person) => person.id)] });
    setPicked(null);
  };
  return (
    <section aria-labelledby="chosen" className="rounded-card border border-line p-4">
      <div className="flex items-center justify-between gap-3">
        <h3 id="chosen" className="font-semibold">
          {t.chosen}
        </h3>
        <Button size="sm" variant="secondary" onClick={() => setPicked([])}>
          {t.chosenAdd}
        </Button>
      </div>
      {people.length === 0 ? (
        <p className="mt-2 text-muted text-pretty">{t.chosenNone}</p>
      ) : (
        <ul className="mt-1">
          {people.map((person) => (
            <li key={person.id} className="flex min-h-13 items-center gap-3">
              <Avatar person={person} size="sm" />
              <span className="min-w-0 flex-1 truncate">
                <span className="font-semibold">{person.name}</span>{" "}
                <span className="text-sm text-muted">@{person.handle}</span>
              </span>
              <IconButton
                label={t.chosenRemove(person.name)}
                onClick={() => onChange({ chosen: settings.chosen.filter((id) => id !== person.id) })}
              >
                <X size={18} strokeWidth={1.75} />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {picked ? (
        <Dialog
          title={t.chosenAdd}
          onClose={() => setPicked(null)}
          footer={
            <>
              <Button variant="secondary" onClick={() => setPicked(null)}>
                {common.cancel}
              </Button>
              <Button disabled={picked.length === 0} onClick={save}>
                {common.save}
              </Button>
            </>
          }
        >
          <PeoplePicker
            label={t.chosen}
            picked={picked}
            onChange={setPicked}
            max={CHOSEN_MAX - settings.chosen.length}
            without={settings.chosen}
          />
        </Dialog>
      ) : null}
    </section>
  );
}
