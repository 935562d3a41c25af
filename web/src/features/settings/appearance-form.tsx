import { Monitor, Moon, Sun } from "lucide-react";
import { errorText } from "../../api/error-text.ts";
import { setTheme, type Theme, useTheme } from "../../browser/theme.ts";
import { LANGUAGE_OPTIONS, LOCALES, setLocale, useLocale, useT } from "../../i18n/index.ts";
import { SelectField } from "../../ui/form/select-field.tsx";
import { toast } from "../../ui/toast.tsx";
import { useUpdateMe } from "./settings.mutations.ts";

const ICON = { size: 20, strokeWidth: 1.75, "aria-hidden": true } as const;

/** Language (stored with the account) and theme (stored on this device). Both apply immediately. */
export function AppearanceForm() {
  const t = useT();
  const locale = useLocale();
  const theme = useTheme();
  const update = useUpdateMe();
  const themes: { value: Theme; label: string; icon: React.ReactNode }[] = [
    { value: "system", label: t.settings.themeSystem, icon: <Monitor {...ICON} /> },
    { value: "light", label: t.settings.themeLight, icon: <Sun {...ICON} /> },
    { value: "dark", label: t.settings.themeDark, icon: <Moon {...ICON} /> },
  ];
  const changeLanguage = (value: string) => {
    const language = LOCALES.find((each) => each === value);
    if (!language) return;
    void setLocale(language);
    update.mutate({ language }, { onError: (error) => toast({ text: errorText(error, t), tone: "bad" }) });
  };
  return (
    <>
      <SelectField
        label={t.settings.language}
        options={LANGUAGE_OPTIONS}
        value={locale}
        onChange={(event) => changeLanguage(event.target.value)}
      />
      <fieldset>
        <legend className="mb-1.5 text-sm font-semibold">{t.settings.theme}</legend>
        <div className="grid grid-cols-3 gap-2">
          {themes.map((each) => (
            <label
              key={each.value}
              className="flex min-h-20 cursor-pointer flex-col items-center justify-center gap-2 rounded-card border border-line-strong bg-surface px-2 text-center text-sm font-medium text-muted transition-colors duration-150 hover:border-ink has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name="theme"
                value={each.value}
                checked={theme === each.value}
                onChange={() => setTheme(each.value)}
                className="sr-only"
              />
              {each.icon}
              {each.label}
            </label>
          ))}
        </div>
        <p className="mt-1.5 text-sm text-muted">{t.settings.themeHint}</p>
      </fieldset>
    </>
  );
}
