/** A bare Durable Object that numbers, acknowledges and broadcasts messages, and stores nothing. */
export class BareRoom {
  #seq = 0;

  constructor(ctx) {
    this.ctx = ctx;
  }

  fetch(request) {
    const [near, far] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(far);
    far.serializeAttachment(new URL(request.url).searchParams.get("account"));
    far.send('{"type":"welcome"}');
    return new Response(null, { status: 101, webSocket: near });
  }

  webSocketMessage(socket, text) {
    const { clientId, body } = JSON.parse(text);
    this.#seq += 1;
    const at = new Date().toISOString();
    const message = { id: crypto.randomUUID(), seq: this.#seq, clientId, body, createdAt: at };
    socket.send(JSON.stringify({ type: "acked", clientId, seq: this.#seq, id: message.id, at }));
    const frame = JSON.stringify({ type: "message", senderId: socket.deserializeAttachment(), ...message });
    for (const each of this.ctx.getWebSockets()) each.send(frame);
  }

  webSocketClose(socket) {
    socket.close();
  }
}

export default {
  fetch(request, env) {
    const name = new URL(request.url).pathname;
    return env.ROOM.get(env.ROOM.idFromName(name)).fetch(request);
  },
};
