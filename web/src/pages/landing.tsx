import { MessagesSquare, Server, Zap } from "lucide-react";
import { lazy, Suspense } from "react";
import { Link } from "wouter";
import { useTitle } from "../browser/title.ts";
import { LANGUAGE_OPTIONS, setLocale, useLocale, useT } from "../i18n/index.ts";
import { ButtonLink, buttonClass } from "../ui/button.tsx";
import { Logo } from "../ui/logo.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";

const LatestPosts = lazy(async () => ({
  default: (await import("../features/feeds/latest-posts.tsx")).LatestPosts,
}));

const POSTS_SHOWN = 8;
const ICONS = [MessagesSquare, Zap, Server] as const;

/**
 * The page for signed-out visitors: what Plaza is, and the latest posts. index.html contains the same
 * headline and lead.
 */
export default function LandingPage() {
  const t = useT();
  const { landing } = t;
  useTitle("");
  return (
    <>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-full bg-accent px-5 py-2.5 font-semibold text-on-accent focus:translate-y-0"
      >
        {t.shell.skip}
      </a>
      <header className="mx-auto flex h-16 max-w-6xl items-center justify-between px-5 lg:px-8">
        <Logo />
        <Link
          href="/sign-in"
          className="-mr-4 inline-flex h-11 items-center rounded-full px-4 font-semibold text-muted hover:text-ink"
        >
          {landing.signIn}
        </Link>
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto grid max-w-6xl grid-cols-[minmax(0,1fr)] gap-12 px-5 pt-8 pb-16 lg:grid-cols-[minmax(0,1fr)_minmax(0,30rem)] lg:gap-20 lg:px-8 lg:pt-16"
      >
        <div className="lg:sticky lg:top-16 lg:self-start">
          <h1 className="hero-title">
            {landing.headline.map((line) => (
              <span key={line} className="block">
                {line}{" "}
              </span>
            ))}
          </h1>
          <p className="hero-lead">{landing.lead}</p>
          <div className="mt-8 flex flex-wrap gap-3">
            <Link href="/sign-up" className={buttonClass("primary", "md", "h-12 px-7")}>
              {landing.join}
            </Link>
            <Link href="/sign-in" className={buttonClass("secondary", "md", "h-12 px-7")}>
              {landing.signIn}
            </Link>
          </div>
          <ul className="mt-12 flex max-w-[34rem] flex-col gap-5 border-t border-line pt-8">
            {landing.points.map((point, index) => {
              const Icon = ICONS[index] ?? Zap;
              return (
                <li key={point.title} className="flex gap-4">
                  <Icon size={22} strokeWidth={1.75} aria-hidden className="mt-0.5 shrink-0 text-accent" />
                  <div>
                    <h2 className="font-semibold">{point.title}</h2>
                    <p className="text-muted text-pretty">{point.text}</p>
                  </div>
                </li>
              );
            })}
          </ul>
        </div>
        <section aria-labelledby="latest-posts" className="-mx-5 sm:mx-0">
          <div className="mb-3 flex items-baseline gap-2.5 px-5 sm:px-1">
            <span aria-hidden className="size-2 shrink-0 self-center rounded-full bg-live" />
            <h2 id="latest-posts" className="text-lg font-bold">
              {landing.latestPosts}
            </h2>
            <p className="text-sm text-muted">{landing.latestPostsText}</p>
          </div>
          <div className="overflow-hidden border-y border-line bg-surface sm:rounded-card sm:border-x">
            <Suspense fallback={<SkeletonRows count={5} />}>
              <LatestPosts limit={POSTS_SHOWN} />
            </Suspense>
          </div>
          <div className="mt-6 text-center">
            <ButtonLink href="/sign-up" variant="secondary">
              {landing.more}
            </ButtonLink>
          </div>
        </section>
      </main>
      <LandingFooter />
    </>
  );
}

function LandingFooter() {
  const locale = useLocale();
  return (
    <footer className="mx-auto flex max-w-6xl justify-center gap-1 border-t border-line px-5 py-6 text-sm lg:px-8">
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
  );
}
