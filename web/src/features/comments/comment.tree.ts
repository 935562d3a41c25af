/** Pure: from the flat pages of a thread to the nested rows that are drawn. */
import type { CommentView } from "../../realtime/views.ts";

/** A comment as it is drawn: the server's, or one's own that is still on its way. */
export interface LocalComment extends CommentView {
  local?: { state: "sending" | "failed"; error?: unknown };
}

export interface CommentNode {
  comment: LocalComment;
  children: CommentNode[];
  /** How many comments stand below this one, as far as they are loaded. */
  below: number;
}

export interface CommentRow {
  comment: LocalComment;
  /** The ids above it, outermost first; as many as it is deep. */
  above: string[];
  below: number;
  isCollapsed: boolean;
}

/**
 * Nests comments under their parents, oldest first. A comment that came twice (by an event and by a page) is drawn once.
 * A reply whose parent is not loaded yet waits for its page, so that it never stands in a wrong place.
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

/** The rows to draw, depth first, without what hides below a collapsed comment. */
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

/** The ids above a comment, nearest first: what must be open so that it can be seen. */
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

/** Oldest first; what is still on its way stands last; ids (UUIDv7) settle ties the same way everywhere. */
function byAge(a: CommentNode, b: CommentNode): number {
  const local = Number(Boolean(a.comment.local)) - Number(Boolean(b.comment.local));
  if (local !== 0) return local;
  const time = Date.parse(a.comment.createdAt) - Date.parse(b.comment.createdAt);
  if (time !== 0) return time;
  return a.comment.id < b.comment.id ? -1 : 1;
}
