/** What the development server and the build keep from the other users and pages of this machine. */
import { existsSync } from "node:fs";
import { chmod } from "node:fs/promises";
import type { IncomingMessage, Server } from "node:http";
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
  const path = decoded((url ?? "").split("?")[0] ?? "").toLowerCase();
  if (!/^\/+cdn-cgi(\/|$)/.test(path)) return false;
  return isUpgrade || path !== "/cdn-cgi/local/scheduled";
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

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
    closeBundle: {
      order: "post",
      async handler() {
        if (existsSync(builtVariables)) await chmod(builtVariables, 0o600);
      },
    },
  };
}
