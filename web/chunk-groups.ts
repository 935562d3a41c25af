/** The fewest pages that must share a module before it goes into the common chunk instead of one of its own. */
const SHARED_BY_PAGES_MIN = 3;

/** What rolldown passes to a group's `name`. */
interface ModuleGraph {
  getModuleInfo(id: string): { code: string | null; importedIds: readonly string[] } | null;
}

/**
 * The chunks of the feed: each holds the static imports of its roots that no earlier chunk holds. "later" is loaded after the
 * first screen.
 */
const FEED_CHUNKS = [
  { name: "app", roots: ["web/src/main.tsx", "web/src/i18n/plural.ts"] },
  { name: "en", roots: ["web/src/i18n/en/first.ts"] },
  { name: "lt", roots: ["web/src/i18n/lt/first.ts"] },
  { name: "feed", roots: ["web/src/pages/home.tsx"] },
  {
    name: "later",
    roots: [
      "web/src/app/live/live.tsx",
      "web/src/app/live/unread-title.tsx",
      "web/src/app/shell/account-menu.tsx",
      "web/src/features/chat/list/messages-icon.tsx",
      "web/src/features/feeds/new-posts-button.tsx",
      "web/src/features/notifications/notification-bell.tsx",
      "web/src/features/posts/post-menu-items.tsx",
      "web/src/features/posts/post-menu-dialog.tsx",
    ],
  },
] as const;

/**
 * Assigns modules to chunks. The chunks of the feed (libraries, app, feed, later) contain nothing else, so that the
 * feed does not load the code of other pages. What several other pages share is one chunk, because thirty files of half a
 * kilobyte cost more than they save.
 */
export function chunkGroups(rootPath: string) {
  let nameOf: Map<string, string> | null = null;
  return [
    {
      // Libraries change rarely: in a chunk of their own they stay in the browser's cache over a release.
      debugName: "feed",
      name: (id: string, graph: ModuleGraph) => {
        nameOf ??= feedChunks(rootPath, graph);
        const name = nameOf.get(id);
        return name === "app" && /node_modules/.test(id) && !/lucide-react/.test(id) ? "vendor" : name;
      },
      priority: 1,
    },
    {
      name: "shared",
      test: /web\/src\/(ui|features\/(?!chat|presence)|api|browser)|party\/|lucide-react/,
      minShareCount: SHARED_BY_PAGES_MIN,
    },
  ];
}

function feedChunks(rootPath: string, graph: ModuleGraph): Map<string, string> {
  const nameOf = new Map<string, string>();
  const icons = iconModules(graph);
  for (const { name, roots } of FEED_CHUNKS) {
    const queue: string[] = roots.map((root) => rootPath + root);
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      if (nameOf.has(id)) continue;
      const info = graph.getModuleInfo(id);
      if (!info) continue;
      nameOf.set(id, name);
      queue.push(...info.importedIds.flatMap((imported) => icons(imported, info.code ?? "")));
    }
  }
  return nameOf;
}

/**
 * lucide-react is one module that exports every icon, so its imports do not tell which icons a module uses. The returned
 * function replaces that module by the icons named in the importer's code; other modules it returns as they are.
 */
function iconModules(graph: ModuleGraph) {
  let fileOf: Map<string, string> | null = null;
  return (imported: string, importerCode: string): string[] => {
    if (!imported.endsWith("lucide-react.mjs")) return [imported];
    fileOf ??= exportedIcons(imported, graph);
    const [, names = ""] = /import\s*\{([^}]*)\}\s*from\s*"lucide-react"/.exec(importerCode) ?? [];
    return names.split(",").flatMap((name) => fileOf?.get(name.trim().split(/\s+as\s+/)[0] ?? "") ?? []);
  };
}

/** Each exported icon name with the path of its module. */
function exportedIcons(barrel: string, graph: ModuleGraph): Map<string, string> {
  const folder = barrel.slice(0, barrel.lastIndexOf("/") + 1);
  const found = new Map<string, string>();
  const code = graph.getModuleInfo(barrel)?.code ?? "";
  for (const [, names = "", path = ""] of code.matchAll(/export \{([^}]*)\} from ['"]\.\/([^'"]+)['"]/g)) {
    for (const name of names.split(",")) found.set(name.replace("default as", "").trim(), folder + path);
  }
  return found;
}
