/** What the development server and the build keep from the other users and pages of this machine. */
import { existsSync } from "node:fs";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, Server } from "node:http";
import { dirname } from "node:path";
import type { Duplex } from "node:stream";
import type { Plugin } from "vite";

/**
 * Files that Vite never serves: dotfiles (.env, .dev.vars), the local database with its passwords, keys. Not
 * folders whose name begins with a dot in general: Vite's own cache is one.
 */
export const DENIED_FILES = [".*", "**/.plaza/**", "**/.git/**", "**/.wrangler/**", "*.{crt,pem,key}"];

/**
 * Whether an address is one of miniflare's own that the development server keeps closed. `npm run dev` fires the
 * crons; /cdn-cgi/explorer would show every room's storage, and an upgrade ends the process.
 */
export function isClosed(url: string | undefined, isUpgrade: boolean): boolean {
  return pathsOf(url ?? "/").some(
    (path) => /^\/+cdn-cgi(\/|$)/.test(path) && (isUpgrade || path !== "/cdn-cgi/local/scheduled"),
  );
}

/** Repeated encoding is resolved this many times. */
const DECODED_MAX = 4;

/**
 * The paths that a request target can mean, in lower case: without dot segments, and with its percent-encoding
 * resolved step by step. The target is a path with a query, or a whole URL (the absolute form).
 */
function pathsOf(target: string): string[] {
  const paths: string[] = [];
  let rest = target.startsWith("/") ? `http://x${target}` : target;
  for (let count = 0; count <= DECODED_MAX; count += 1) {
    const path = URL.parse(rest, "http://x")?.pathname.toLowerCase();
    if (path === undefined || path === paths.at(-1)) break;
    paths.push(path);
    rest = `http://x${decoded(path)}`;
  }
  return paths;
}

/** Each encoded character by itself, because others of the path may not be valid. */
const decoded = (path: string): string =>
  path.replace(/%([0-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** Answers upgrades of closed addresses itself: no other listener gets them. */
export function guardUpgrades(server: Pick<Server, "emit">): void {
  const emit = server.emit.bind(server) as (event: string, ...values: unknown[]) => boolean;
  server.emit = ((event: string, ...values: unknown[]) => {
    const [request, socket] = values as [IncomingMessage, Duplex];
    if (event !== "upgrade" || !isClosed(request.url, true)) return emit(event, ...values);
    socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    return true;
  }) as Server["emit"];
}

/** The Vite plugin. `builtVariables` is the copy of .dev.vars that a build leaves. */
export function localGuard(builtVariables: string): Plugin {
  return {
    name: "plaza:local-guard",
    enforce: "pre",
    configureServer(server) {
      if (server.httpServer) guardUpgrades(server.httpServer as Server);
      server.middlewares.use((request, response, next) => {
        if (!isClosed(request.url, false)) return next();
        response.statusCode = 404;
        response.end();
      });
    },
    // A file with secrets must not be readable for a moment either: it is written here, with its mode, instead of
    // by the bundler, which has no modes.
    generateBundle: {
      order: "post",
      async handler(_options, bundle) {
        const variables = bundle[".dev.vars"];
        if (variables?.type !== "asset") return;
        delete bundle[".dev.vars"];
        await mkdir(dirname(builtVariables), { recursive: true });
        await rm(builtVariables, { force: true });
        await writeFile(builtVariables, variables.source, { mode: 0o600, flag: "wx" });
      },
    },
    closeBundle: {
      order: "post",
      async handler() {
        if (existsSync(builtVariables)) await chmod(builtVariables, 0o600);
      },
    },
  };
}
