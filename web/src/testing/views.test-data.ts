/** Sample API views for unit tests. */

import type { PagedData } from "../api/paged-cache.ts";
import type {
  CommentView,
  NotificationView,
  Person,
  PersonView,
  PostView,
  ProfileView,
} from "../realtime/views.ts";

const AT = "2026-01-01T00:00:00.000Z";

export const person = (id: string): Person => ({ id, handle: `h_${id}`, name: id.toUpperCase() });

export const samplePost = (id: string, over: Partial<PostView> = {}): PostView => ({
  id,
  kind: "post",
  title: null,
  body: `body of ${id}`,
  question: null,
  author: person("ann"),
  createdAt: AT,
  counts: { upvotes: 0, downvotes: 0, score: 0, comments: 0, answers: 0, version: 1 },
  viewer: { vote: 0 },
  ...over,
});

export const sampleComment = (id: string, over: Partial<CommentView> = {}): CommentView => ({
  id,
  postId: "p1",
  parentId: null,
  depth: 0,
  clientId: null,
  body: `body of ${id}`,
  author: person("ann"),
  createdAt: AT,
  deletedAt: null,
  counts: { upvotes: 0, downvotes: 0, score: 0, replies: 0, version: 1 },
  viewer: { vote: 0 },
  ...over,
});

export const sampleProfile = (id: string, over: Partial<ProfileView> = {}): ProfileView => ({
  ...person(id),
  bio: "",
  joinedAt: AT,
  stats: { followers: 3, following: 2, posts: 1, answers: 0, upvotes: 0, version: 5 },
  badges: [],
  viewer: { isSelf: false, isFollowing: false, isFollowedBy: false, isBlocked: false, isMuted: false },
  ...over,
});

export const sampleCard = (id: string, over: Partial<PersonView> = {}): PersonView => ({
  ...person(id),
  bio: "",
  viewer: { isFollowing: false, isFollowedBy: false, isSelf: false },
  ...over,
});

export const sampleNotification = (id: string, over: Partial<NotificationView> = {}): NotificationView => ({
  id,
  type: "mention",
  message: "mentioned you",
  actor: person("ben"),
  entityType: "post",
  entityId: "p1",
  link: "/posts/p1",
  detail: {},
  isRead: false,
  createdAt: AT,
  ...over,
});

/** The cached data of an infinite query with these pages. */
export const pagesOf = <T>(...pages: T[][]): PagedData<T> => ({
  pages: pages.map((items, index) => ({ items, nextCursor: index < pages.length - 1 ? `c${index}` : null })),
  pageParams: pages.map((_, index) => (index === 0 ? null : `c${index - 1}`)),
});
