/** Events of the account by polling, for networks that let no WebSocket through. */
import { pollEvents } from "../../services/events.service.ts";
import { read } from "../contract/endpoint.ts";
import { newRouter } from "../contract/router.ts";
import { eventsPage, eventsQuery } from "../contract/schemas.ts";

export const eventsRoute = newRouter().openapi(
  ...read(
    "/api/events/poll",
    { tags: ["Events"], query: eventsQuery, response: eventsPage },
    (ctx, { query }) => pollEvents(ctx, query.after),
  ),
);
