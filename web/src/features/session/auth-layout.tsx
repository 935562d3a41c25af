import type { ReactNode } from "react";
import { Link } from "wouter";
import { useTitle } from "../../browser/title.ts";
import { LANGUAGE_OPTIONS, setLocale, useLocale } from "../../i18n/index.ts";
import { Logo } from "../../ui/logo.tsx";

/**
 * The layout of the sign-in and sign-up pages: logo, one narrow column with title and form, and the language
 * buttons.
 */
export function AuthLayout({
  title,
  text,
  children,
  below,
}: {
  title: string;
  text?: ReactNode;
  children: ReactNode;
  below?: ReactNode;
}) {
  useTitle(title);
  const locale = useLocale();
  return (
    <div className="flex min-h-dvh flex-col items-center px-5 pt-[max(1.25rem,env(safe-area-inset-top))] pb-8">
      <header className="flex h-12 w-full max-w-sm items-center">
        <Link href="/" className="touch -mx-2 inline-flex items-center rounded-full px-2">
          <Logo />
        </Link>
      </header>
      <main id="main" tabIndex={-1} className="w-full max-w-sm pt-8 pb-10 sm:pt-16">
        <h1 className="text-3xl font-bold tracking-tight text-balance">{title}</h1>
        {text ? <div className="mt-2 text-muted text-pretty">{text}</div> : null}
        <div className="mt-8">{children}</div>
        {below ? <div className="mt-8 border-t border-line pt-6 text-muted">{below}</div> : null}
      </main>
      <footer className="mt-auto flex gap-1 text-sm">
        {LANGUAGE_OPTIONS.map((option) => (
          <button
            key={option.value}
            type="button"
            lang={option.value}
            aria-pressed={option.value === locale}
            onClick={() => void setLocale(option.value)}
            className="touch min-h-9 rounded-full px-3 text-muted hover:text-ink aria-pressed:font-semibold aria-pressed:text-ink"
          >
            {option.label}
          </button>
        ))}
      </footer>
    </div>
  );
}

/** An underlined link inside a sentence. */
export function TextLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      className="font-semibold text-accent underline decoration-1 underline-offset-4 hover:decoration-2"
    >
      {children}
    </Link>
  );
}
