import { plural } from "./plural.ts";

export const feeds = {
  home: "Home",
  tabs: "Feeds",
  following: "Following",
  latest: "Latest",
  newPosts: (n: number) => plural(n, { one: "# new post", other: "# new posts" }),
  manyNewPosts: (n: number) => plural(n, { one: "#+ new post", other: "#+ new posts" }),
  followingEmpty: "Your people's posts land here",
  followingEmptyText: "Follow a few, and this feed is theirs, newest first. Latest shows everyone.",
  seeLatest: "Look at Latest",
  latestEmpty: "A quiet square",
  latestEmptyText: "Nobody has written anything yet. Start the conversation.",
  writeFirst: "Write the first post",
  end: "You're all caught up",
  moreFailed: "Couldn't load more.",
  loadingMore: "Loading more",
  prompt: "What's going on?",
};

export type Feeds = typeof feeds;
