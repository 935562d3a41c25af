/**
 * A room whose sockets belong to accounts (conversations, posts). A socket is admitted once its account's room (UserRoom) has
 * registered it: that is how a logout or a block reaches the sockets here. Visitors who are not signed in are admitted at once.
 */
import type { Connection, ConnectionContext, WSMessage } from "partyserver";
import type { AccountVisitor } from "../../gateway/visitor.ts";
import type { Command } from "../../protocol/commands.ts";
import { positionOf } from "../../protocol/position.ts";
import { closeCodes } from "../../protocol/wire.ts";
import type { RoomTopic, SubscribableRoom as SubscribableRoomRpc, SubscribeAnswer } from "../../rpc.ts";
import { userRoom } from "../../stubs.ts";
import { AdmittedSockets } from "./admitted-sockets.ts";
import { LiveRoom } from "./live-room.ts";
import { PendingUnsubscribes } from "./pending-unsubscribes.ts";

/** What the platform keeps with a socket while the room hibernates. */
export interface SocketState {
  /** Null: not signed in. */
  userId: string | null;
  /** False until the account's room has registered the socket. */
  isAdmitted: boolean;
}

/** Why a socket is closed. */
export interface Closing {
  code: number;
  reason: string;
}

const sessionTag = (sessionId: string) => `session:${sessionId}`;
const userTag = (userId: string) => `user:${userId}`;

/** `V`: what the gateway found out about a visitor. */
export abstract class SubscribableRoom<
    V,
    User extends string | null = string,
    C extends { type: string } = Command,
  >
  extends LiveRoom<C>
  implements SubscribableRoomRpc
{
  protected readonly sockets = new AdmittedSockets<User>();
  /** Public for tests, which flush them instead of waiting. */
  readonly pendingUnsubscribes = new PendingUnsubscribes({
    now: this.context.now,
    scheduler: this.context.scheduler,
    unsubscribe: (userId, ids) => userRoom(this.env, userId).unsubscribe(this.topic, ids),
  });

  /** What accounts subscribe to: "post:<id>" or "conversation:<id>". */
  protected abstract get topic(): RoomTopic;

  /** Reads the headers of the gateway; null when the request did not come through it. */
  protected abstract visitorOf(headers: Headers): V | null;

  /** The signed-in account of a visitor. */
  protected abstract accountOf(visitor: V): AccountVisitor | null;

  /** Called when a visitor opens a socket, before it is admitted. */
  protected onVisit(_visitor: V): void {}

  /** Called when the account's room has allowed the socket. A returned value closes it nevertheless. */
  protected refusalOf(_visitor: V, _answer: SubscribeAnswer & { isAllowed: true }): Closing | null {
    return null;
  }

  /** Called when an admitted socket has closed or is about to be closed. It is no longer in `sockets`. */
  protected onLeave(_userId: User): void {}

  override async onStart(): Promise<void> {
    await super.onStart();
    for (const connection of this.getConnections<SocketState>()) {
      const { state } = connection;
      // The room was evicted while a socket waited for its account's room: the client tries again.
      if (state?.isAdmitted) this.sockets.add(connection, state.userId as User);
      else connection.close(closeCodes.tryAgainLater, "try again");
    }
  }

  override getConnectionTags(_connection: Connection, { request }: ConnectionContext): string[] {
    const visitor = this.visitorOf(request.headers);
    const account = visitor && this.accountOf(visitor);
    return account ? [sessionTag(account.sessionId), userTag(account.userId)] : [];
  }

  override async onConnect(
    connection: Connection<SocketState>,
    { request }: ConnectionContext,
  ): Promise<void> {
    const visitor = this.visitorOf(request.headers);
    if (!visitor) {
      connection.close(closeCodes.forbidden, "not allowed");
      return;
    }
    const account = this.accountOf(visitor);
    const userId = account?.userId ?? null;
    connection.setState({ userId, isAdmitted: false });
    this.onVisit(visitor);
    if (account) {
      const closing = await this.#subscribe(connection, account, visitor);
      if (closing) connection.close(closing.code, closing.reason);
      // The socket may have closed during the RPC to the account's room.
      if (closing || connection.readyState !== WebSocket.OPEN) return;
    }
    connection.setState({ userId, isAdmitted: true });
    this.sockets.add(connection, userId as User);
    this.greet(connection, positionOf(new URL(request.url).searchParams));
  }

  /** Ignores sockets that are not admitted: even the position of the log is not for them. */
  override onMessage(connection: Connection, message: WSMessage): void {
    if (this.sockets.isAdmitted(connection.id)) super.onMessage(connection, message);
  }

  override onClose(connection: Connection<SocketState>): void {
    void super.onClose(connection);
    this.#remove(connection.id);
    const userId = connection.state?.userId;
    if (userId) this.pendingUnsubscribes.add(userId, connection.id);
  }

  /** A session ended. Answers which sockets of the account are left, by connection id. */
  async closeSession(userId: string, sessionId: string): Promise<string[]> {
    await this.started();
    for (const connection of this.getConnections(sessionTag(sessionId)))
      this.#close(connection, { code: closeCodes.sessionEnded, reason: "session ended" });
    return this.connectionsOf(userId);
  }

  /** The account's open sockets, by connection id, admitted or not. */
  connectionsOf(userId: string): string[] {
    return [...this.getConnections(userTag(userId))].map((connection) => connection.id);
  }

  protected closeSocketsOf(userId: string, closing: Closing): void {
    for (const connection of this.getConnections(userTag(userId))) this.#close(connection, closing);
  }

  #close(connection: Connection, { code, reason }: Closing): void {
    this.#remove(connection.id);
    connection.close(code, reason);
  }

  #remove(connectionId: string): void {
    const removed = this.sockets.remove(connectionId);
    if (removed) this.onLeave(removed.userId);
  }

  /** Registers the socket at the account's room; an answer says why it has to be closed. */
  async #subscribe(
    connection: Connection,
    { userId, sessionId }: AccountVisitor,
    visitor: V,
  ): Promise<Closing | null> {
    const closed = this.pendingUnsubscribes.take(userId);
    try {
      const answer = await userRoom(this.env, userId).subscribe(this.topic, connection.id, sessionId, closed);
      return answer.isAllowed ? this.refusalOf(visitor, answer) : answer;
    } catch (error) {
      for (const id of closed) this.pendingUnsubscribes.add(userId, id);
      // A socket that the account's room has not registered could not be closed by a logout.
      this.context.report("subscribe", error);
      return { code: closeCodes.tryAgainLater, reason: "try again" };
    }
  }
}
