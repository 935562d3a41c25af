import { type ComponentType, createElement, type ReactNode } from "react";
import { afterFirstScreen } from "../browser/first-screen.ts";
import { loadPageTexts } from "../i18n/index.ts";

/** A component that is loaded after the first screen. */
interface Deferred<Props> {
  /** Renders the component; nothing before it is loaded. */
  render(props: Props): ReactNode;
  isLoaded(): boolean;
  /** Loads it now, with the texts of the pages. Rejects when its chunk cannot be loaded; it can be called again. */
  load(): Promise<void>;
}

/**
 * Puts a component into a chunk of its own, for what only an interaction shows. Unlike with `lazy`, it renders at once
 * when it is loaded, so that a menu can move the focus into it. The chunk is loaded after the first screen.
 *
 * @example
 * const items = deferred(async () => (await import("./post-menu-items.tsx")).PostMenuItems);
 * <Menu label={label} content={items}>{() => items.render({ post })}</Menu>
 */
export function deferred<Props extends object>(
  importComponent: () => Promise<ComponentType<Props>>,
): Deferred<Props> {
  let loaded: ComponentType<Props> | null = null;
  const load = async () => {
    [loaded] = await Promise.all([importComponent(), loadPageTexts()]);
  };
  // After a failure the chunk is requested again when it is needed, and that failure is shown.
  void afterFirstScreen.then(load).catch(() => {});
  return {
    render: (props) => (loaded ? createElement(loaded, props) : null),
    isLoaded: () => loaded !== null,
    load,
  };
}
