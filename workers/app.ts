/** The HTTP API: middleware, then the routes in one chain. The web client's types come from `AppType`. */
import { bodyLimit } from "hono/body-limit";
import { requestId } from "hono/request-id";
import { ApiError } from "./errors.ts";
import { BODY_MAX_BYTES } from "./limits.ts";
import { drainBody } from "./middleware/drain-body.ts";
import { onError, onNotFound } from "./middleware/errors.ts";
import { jsonOnly, rateLimit, sameOrigin } from "./middleware/guards.ts";
import { securityHeaders } from "./middleware/headers.ts";
import { provideService } from "./middleware/service.ts";
import { authRoute } from "./routes/auth/auth.route.ts";
import { blocksRoute } from "./routes/blocks/blocks.route.ts";
import { commentsRoute } from "./routes/comments/comments.route.ts";
import { newRouter } from "./routes/contract/router.ts";
import { conversationsRoute } from "./routes/conversations/conversations.route.ts";
import { describeApi } from "./routes/docs/docs.route.ts";
import { eventsRoute } from "./routes/events/events.route.ts";
import { feedsRoute } from "./routes/feeds/feeds.route.ts";
import { followsRoute } from "./routes/follows/follows.route.ts";
import { mailboxRoute } from "./routes/mailbox/mailbox.route.ts";
import { meRoute } from "./routes/me/me.route.ts";
import { messagesRoute } from "./routes/messages/messages.route.ts";
import { moderationRoute } from "./routes/moderation/moderation.route.ts";
import { notificationsRoute } from "./routes/notifications/notifications.route.ts";
import { operationsRoute } from "./routes/operations/operations.route.ts";
import { pagesRoute } from "./routes/pages/pages.route.ts";
import { partiesRoute } from "./routes/parties/parties.route.ts";
import { postsRoute } from "./routes/posts/posts.route.ts";
import { presenceRoute } from "./routes/presence/presence.route.ts";
import { profilesRoute } from "./routes/profiles/profiles.route.ts";
import { votesRoute } from "./routes/votes/votes.route.ts";

const base = newRouter();
base.onError(onError);
base.notFound(onNotFound(base.router));
base.use("*", requestId());
base.route("/", pagesRoute);
base.use("*", securityHeaders);
base.use("/api/*", sameOrigin);
base.use("/api/*", jsonOnly);
base.use(
  "/api/*",
  bodyLimit({
    maxSize: BODY_MAX_BYTES,
    onError: async (c) => {
      await drainBody(c.req.raw);
      throw new ApiError("BODY_TOO_LARGE");
    },
  }),
);
base.route("/", authRoute);
base.use("*", provideService);
base.use("*", rateLimit);
base.route("/", partiesRoute);

export const app = base
  .route("/", meRoute)
  .route("/", profilesRoute)
  .route("/", followsRoute)
  .route("/", blocksRoute)
  .route("/", moderationRoute)
  .route("/", postsRoute)
  .route("/", commentsRoute)
  .route("/", votesRoute)
  .route("/", feedsRoute)
  .route("/", notificationsRoute)
  .route("/", eventsRoute)
  .route("/", conversationsRoute)
  .route("/", messagesRoute)
  .route("/", presenceRoute)
  .route("/", operationsRoute)
  .route("/", mailboxRoute);
describeApi(app);

export type AppType = typeof app;
