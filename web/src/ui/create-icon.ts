import { createElement, type Ref, type SVGProps } from "react";

/** The data of an icon in lucide-react: a square of `size` user units, and its elements with React keys. */
interface IconData {
  size: number;
  node: readonly (readonly [tag: string, attributes: Record<string, string>])[];
}

interface IconProps extends SVGProps<SVGSVGElement> {
  /** In pixels. */
  size?: number | string;
  ref?: Ref<SVGSVGElement>;
}

/**
 * Makes a component of an icon's data. The build uses this instead of lucide-react's createLucideIcon (client.config.ts),
 * which supports contexts, class names and more that Plaza does not use: 1 KB of the first load. An icon without
 * a name is decorative: its button carries the name.
 */
export default function createIcon({ size: units, node }: IconData) {
  const children = node.map(([tag, attributes]) => createElement(tag, attributes));
  return ({ size = units, ...rest }: IconProps) =>
    createElement(
      "svg",
      {
        xmlns: "http://www.w3.org/2000/svg",
        width: size,
        height: size,
        viewBox: `0 0 ${units} ${units}`,
        fill: "none",
        stroke: "currentColor",
        strokeWidth: 2,
        strokeLinecap: "round",
        strokeLinejoin: "round",
        // A name makes the icon an image for screen readers.
        "aria-hidden": rest["aria-label"] === undefined ? true : undefined,
        ...rest,
      },
      children,
    );
}
