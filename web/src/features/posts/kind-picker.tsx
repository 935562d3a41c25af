import { useT } from "../../i18n/index.ts";
import { cx } from "../../ui/cx.ts";

export type ComposeKind = "post" | "question";

/** A segmented control (radio buttons) that chooses between a post and a question. */
export function KindPicker({ kind, onChange }: { kind: ComposeKind; onChange: (kind: ComposeKind) => void }) {
  const t = useT();
  const options = [
    { value: "post", label: t.posts.kindPost },
    { value: "question", label: t.posts.kindQuestion },
  ] as const;
  return (
    <fieldset className="flex gap-1 self-start rounded-full border border-line bg-sunken p-1">
      <legend className="sr-only">{t.posts.kind}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={cx(
            "touch inline-flex h-9 cursor-pointer items-center rounded-full px-4 text-sm font-semibold transition-colors duration-120",
            "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent",
            kind === option.value ? "bg-raised text-ink shadow-lift" : "text-muted hover:text-ink",
          )}
        >
          <input
            type="radio"
            name="kind"
            className="sr-only"
            checked={kind === option.value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
