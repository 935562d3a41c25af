/** Turns the comments of a thread into a tree and the tree into rows. Pure. */
import type { CommentView } from "../../realtime/views.ts";

/** A comment of the server, or with `local` the viewer's own comment that the server has not confirmed. */
export interface LocalComment extends CommentView {
  local?: { state: "sending" | "failed"; error?: unknown };
}

export interface CommentNode {
  comment: LocalComment;
  children: CommentNode[];
  /** The number of loaded comments below this one. */
  below: number;
}

export interface CommentRow {
  comment: LocalComment;
  /** The ids of its ancestors, the outermost first. */
  above: string[];
  below: number;
  isCollapsed: boolean;
}

/** The comments of the server, followed by the unconfirmed ones. */
export function withLocal(server: CommentView[], pending: LocalComment[] | undefined): LocalComment[] {
  if (!pending?.length) return server;
  const confirmed = new Set(server.map((item) => item.clientId));
  return [...server, ...pending.filter((item) => !confirmed.has(item.clientId))];
}

/**
 * Nests comments under their parents, oldest first. A comment that occurs twice (from an event and from a
 * page) becomes one node. A reply whose parent is not loaded is left out until the parent is loaded.
 */
export function buildTree(comments: readonly LocalComment[]): CommentNode[] {
  const nodes = new Map<string, CommentNode>();
  for (const comment of comments) nodes.set(comment.id, { comment, children: [], below: 0 });
  const roots: CommentNode[] = [];
  for (const node of nodes.values()) {
    const { parentId } = node.comment;
    if (parentId === null) roots.push(node);
    else nodes.get(parentId)?.children.push(node);
  }
  const finish = (level: CommentNode[]): number => {
    level.sort(byAge);
    let count = 0;
    for (const node of level) {
      node.below = finish(node.children);
      count += 1 + node.below;
    }
    return count;
  };
  finish(roots);
  return roots;
}

/** The visible rows, depth first, without the comments below a collapsed one. */
export function toRows(roots: readonly CommentNode[], collapsed: ReadonlySet<string>): CommentRow[] {
  const rows: CommentRow[] = [];
  const walk = (level: readonly CommentNode[], above: string[]): void => {
    for (const node of level) {
      const isCollapsed = collapsed.has(node.comment.id);
      rows.push({ comment: node.comment, above, below: node.below, isCollapsed });
      if (!isCollapsed) walk(node.children, [...above, node.comment.id]);
    }
  };
  walk(roots, []);
  return rows;
}

/**
 * The ids of a comment's ancestors, the nearest first. They must be expanded for the comment to be visible.
 */
export function ancestorsOf(comments: readonly LocalComment[], id: string): string[] {
  const byId = new Map(comments.map((comment) => [comment.id, comment]));
  const above: string[] = [];
  let parentId = byId.get(id)?.parentId ?? null;
  while (parentId !== null && !above.includes(parentId)) {
    above.push(parentId);
    parentId = byId.get(parentId)?.parentId ?? null;
  }
  return above;
}

/**
 * Oldest first, unconfirmed comments last. Ids decide between equal times, so that every browser has the same
 * order.
 */
function byAge(a: CommentNode, b: CommentNode): number {
  const local = Number(Boolean(a.comment.local)) - Number(Boolean(b.comment.local));
  if (local !== 0) return local;
  const time = Date.parse(a.comment.createdAt) - Date.parse(b.comment.createdAt);
  if (time !== 0) return time;
  return a.comment.id < b.comment.id ? -1 : 1;
}
