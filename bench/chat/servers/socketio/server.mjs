/**
 * Conversations on Socket.IO 4 with the Redis adapter and Postgres. The session and the membership are
 * checked once. A message is written to Postgres with a dense sequence number and every member's unread
 * count before it is acknowledged, then broadcast to the room. Each message costs one statement and so one
 * round trip.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { Redis } from "ioredis";
import pg from "pg";
import { Server } from "socket.io";

const { DATABASE_URL, REDIS_PORT, AUTH_SECRET, PORT } = process.env;
const BODY_MAX_CHARS = 4_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 16 });
const publisher = new Redis({ port: Number(REDIS_PORT), host: "127.0.0.1" });
const subscriber = publisher.duplicate();
const http = createServer();
const io = new Server(http, {
  adapter: createAdapter(publisher, subscriber),
  transports: ["websocket"],
  perMessageDeflate: false,
});

io.use(async (socket, next) => {
  try {
    const token = tokenOf(socket.handshake.headers.cookie ?? "");
    const conversationId = String(socket.handshake.query.conversation);
    const found = await pool.query({
      name: "enter",
      text: `select p.user_id from sessions s join participants p on p.user_id = s.user_id
             where s.token = $1 and s.expires_at > now() and p.conversation_id = $2`,
      values: [token, conversationId],
    });
    if (found.rowCount === 0) return next(new Error("FORBIDDEN"));
    socket.data = { userId: found.rows[0].user_id, conversationId };
    next();
  } catch {
    next(new Error("UNAVAILABLE"));
  }
});

io.on("connection", (socket) => {
  const { userId, conversationId } = socket.data;
  socket.join(conversationId);
  socket.on("send", async (command, ack) => {
    const { clientId, body } = command ?? {};
    if (typeof body !== "string" || body.length > BODY_MAX_CHARS || !UUID.test(clientId))
      return ack({ code: "MALFORMED_FRAME" });
    try {
      const stored = await pool.query({
        name: "send",
        text: "select seq, id, at, is_new, is_same from send_message($1, $2, $3, $4)",
        values: [conversationId, userId, clientId, body],
      });
      const { seq, id, at, is_new: isNew, is_same: isSame } = stored.rows[0];
      if (!isSame) return ack({ code: "CONFLICT" });
      ack({ clientId, seq: Number(seq), id, at });
      if (isNew) {
        const message = {
          id,
          conversationId,
          seq: Number(seq),
          clientId,
          senderId: userId,
          body,
          createdAt: at,
        };
        io.to(conversationId).emit("message", message);
      }
    } catch {
      ack({ code: "UNAVAILABLE" });
    }
  });
});

/** Returns the session's token when its signature is valid. */
function tokenOf(cookie) {
  const value = decodeURIComponent(/plaza\.session_token=([^;]+)/.exec(cookie)?.[1] ?? "");
  const at = value.lastIndexOf(".");
  const token = value.slice(0, at);
  const expected = createHmac("sha256", AUTH_SECRET).update(token).digest();
  const given = Buffer.from(value.slice(at + 1), "base64");
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : null;
}

http.listen({ port: Number(PORT), host: "127.0.0.1", backlog: 4_096 }, () => process.send?.("ready"));
process.on("disconnect", () => process.exit(0));
