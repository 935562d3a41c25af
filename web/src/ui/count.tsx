import { useRef } from "react";
import { useLocale } from "../i18n/index.ts";
import { cx } from "./cx.ts";

const formats = new Map<string, Intl.NumberFormat>();

/** A number in compact form: 999, 1.2K, 3.4M, in the notation of the locale. */
export function compactNumber(value: number, locale: string): string {
  let format = formats.get(locale);
  if (!format) {
    format = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
    formats.set(locale, format);
  }
  return format.format(value);
}

/** A compact number that is animated when it changes. */
export function Count({ value, className }: { value: number; className?: string }) {
  const locale = useLocale();
  const first = useRef(value);
  const text = compactNumber(value, locale);
  return (
    <span className={cx("inline-block tabular-nums", className)}>
      {/* A new key mounts a new span, which starts its animation. The first value is not animated. */}
      <span key={text} className={cx("inline-block", value !== first.current && "animate-tick")}>
        {text}
      </span>
    </span>
  );
}
