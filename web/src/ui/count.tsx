import { useRef } from "react";
import { useLocale } from "../i18n/index.ts";
import { cx } from "./cx.ts";

const formats = new Map<string, Intl.NumberFormat>();

/** 999, 1.2K, 3.4M in the locale's own way. */
export function compactNumber(value: number, locale: string): string {
  let format = formats.get(locale);
  if (!format) {
    format = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
    formats.set(locale, format);
  }
  return format.format(value);
}

/** A number that ticks when it changes. What it counts is said by the text around it. */
export function Count({ value, className }: { value: number; className?: string }) {
  const locale = useLocale();
  const first = useRef(value);
  const text = compactNumber(value, locale);
  return (
    <span className={cx("inline-block tabular-nums", className)}>
      {/* A new key mounts a new span, and mounting plays the tick; the first value comes in without one. */}
      <span key={text} className={cx("inline-block", value !== first.current && "animate-tick")}>
        {text}
      </span>
    </span>
  );
}
