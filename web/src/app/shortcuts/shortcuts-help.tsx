import { Fragment } from "react";
import { type Shortcut, useShortcuts } from "../../browser/shortcuts.ts";
import { useT } from "../../i18n/index.ts";
import { Dialog } from "../../ui/dialog.tsx";

/** Shortcuts with the same label share one row. */
function byLabel(shortcuts: readonly Shortcut[]): [string, Shortcut[]][] {
  return [...Map.groupBy(shortcuts, (shortcut) => shortcut.label)];
}

export default function ShortcutsHelp({ onClose }: { onClose: () => void }) {
  const t = useT();
  const all = useShortcuts();
  // A page can override a global shortcut: only the later one is shown.
  const rows = byLabel(
    all.filter((one, at) => !all.slice(at + 1).some((later) => later.keys.join(" ") === one.keys.join(" "))),
  );
  return (
    <Dialog title={t.shell.shortcuts} onClose={onClose}>
      <p className="text-muted">{t.shell.shortcutsText}</p>
      <dl className="mt-3 divide-y divide-line">
        {rows.map(([label, group]) => (
          <div key={label} className="flex min-h-11 items-center justify-between gap-4">
            <dt>{label}</dt>
            <dd className="flex items-center gap-2 text-sm text-muted">
              {group.map((shortcut, index) => (
                <Fragment key={shortcut.keys.join(" ")}>
                  {index > 0 ? <span aria-hidden>/</span> : null}
                  {shortcut.keys.map((key, at) => (
                    <Fragment key={key}>
                      {at > 0 ? <span>{t.shell.thenKey}</span> : null}
                      <kbd className="inline-flex h-7 min-w-7 items-center justify-center rounded-sm border border-line-strong bg-ground px-1.5 font-sans font-semibold text-ink">
                        {key}
                      </kbd>
                    </Fragment>
                  ))}
                </Fragment>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
