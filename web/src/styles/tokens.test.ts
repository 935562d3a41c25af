import { describe, expect, it } from "vitest";
import { AUTHOR_TONES, authorTone, face } from "../ui/avatar-colour.ts";

// web/tsconfig.json has no Node types, and vitest imports a style sheet as an empty module: so it is read as a file.
const node: { readFileSync(path: URL, encoding: "utf8"): string } = await import("node:fs" as string);
const css = node.readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

type Rgb = [number, number, number];

/** OKLCH to linear sRGB, by Björn Ottosson's matrices (https://bottosson.github.io/posts/oklab/). */
function linear(lightness: number, chroma: number, hue: number): Rgb {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  return [
    clamp(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clamp(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clamp(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** WCAG 2's ratio, 1 to 21. */
function contrast(one: Rgb, other: Rgb): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const OKLCH = String.raw`oklch\(([\d.]+) ([\d.]+) ([\d.]+)[^)]*\)`;
const rgb = (values: (string | undefined)[]): Rgb => {
  const [l = 0, c = 0, h = 0] = values.map(Number);
  return linear(l, c, h);
};
const tokens = new Map(
  [...css.matchAll(new RegExp(String.raw`--color-([\w-]+): light-dark\(${OKLCH}, ${OKLCH}\)`, "g"))].map(
    (found) => [found[1] ?? "", { light: rgb(found.slice(2, 5)), dark: rgb(found.slice(5, 8)) }],
  ),
);
for (const found of css.matchAll(new RegExp(String.raw`--color-([\w-]+): ${OKLCH}`, "g"))) {
  const value = rgb(found.slice(2, 5));
  tokens.set(found[1] ?? "", { light: value, dark: value });
}
const colour = (name: string, theme: "light" | "dark"): Rgb => {
  const token = tokens.get(name);
  if (!token) throw new Error(`tokens.css has no ${name}`);
  return token[theme];
};

const INK = 7;
const MUTED = 6;
const AA = 4.5;
const FACE = 5;
const GRAPHIC = 3;
const BACKGROUNDS = ["ground", "surface", "sunken"];
const PAIRS: [text: string, backgrounds: string[], atLeast: number][] = [
  ["ink", [...BACKGROUNDS, "raised", "accent-soft", "live-soft", "good-soft", "warn-soft", "bad-soft"], INK],
  ["muted", ["ground", "surface"], MUTED],
  ["muted", ["sunken", "accent-soft", "warn-soft"], AA],
  ["accent", [...BACKGROUNDS, "accent-soft"], AA],
  ["accent-strong", BACKGROUNDS, AA],
  ["live", ["ground", "surface", "live-soft"], AA],
  ["good", ["ground", "surface", "good-soft"], AA],
  ["warn", ["ground", "surface", "warn-soft"], AA],
  ["bad", ["ground", "surface", "bad-soft"], AA],
  ...AUTHOR_TONES.map((tone): (typeof PAIRS)[number] => [
    tone.replace("text-", ""),
    ["ground", "surface"],
    AA,
  ]),
  ["on-accent", ["accent", "accent-strong"], AA],
  ["on-live", ["live"], AA],
  ["on-bad", ["bad"], AA],
  ["on-stage", ["stage"], INK],
  ["line-strong", ["ground", "surface"], GRAPHIC],
  ["muted", ["raised"], GRAPHIC],
];

describe.each(["light", "dark"] as const)("the %s colours", (theme) => {
  it("make the chosen part of a switch lighter than its track", () => {
    expect(luminance(colour("raised", theme))).toBeGreaterThan(luminance(colour("sunken", theme)));
  });

  it.each(PAIRS)("give %s enough contrast on its backgrounds", (text, backgrounds, atLeast) => {
    for (const background of backgrounds) {
      const ratio = contrast(colour(text, theme), colour(background, theme));
      expect(ratio, `${text} on ${background}`).toBeGreaterThanOrEqual(atLeast);
    }
  });
});

const IDS = Array.from({ length: 3_000 }, (_, number) => `person-${number}`);

it("gives white initials enough contrast on every face and its pattern", () => {
  for (const id of IDS) {
    const { background, shade } = face(id);
    for (const value of [background, shade]) {
      const values = new RegExp(OKLCH).exec(value);
      expect(contrast([1, 1, 1], rgb(values?.slice(1) ?? [])), value).toBeGreaterThanOrEqual(FACE);
    }
  }
});

it("has 112 faces, stable for an id, and a name has the hue of its face", () => {
  expect(new Set(IDS.map((id) => JSON.stringify(face(id)))).size).toBe(112);
  expect(face(IDS[7] ?? "")).toEqual(face(IDS[7] ?? ""));
  const hueByTone = new Map<string, Set<string | undefined>>();
  for (const id of IDS) {
    const hues = hueByTone.get(authorTone(id)) ?? new Set();
    hueByTone.set(authorTone(id), hues.add(new RegExp(OKLCH).exec(face(id).background)?.[3]));
  }
  expect(hueByTone.size).toBe(AUTHOR_TONES.length);
  for (const hues of hueByTone.values()) expect(hues.size).toBe(1);
});
