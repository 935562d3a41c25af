/**
 * A room whose sockets belong to accounts (conversations, posts). A socket is admitted when its account's room (UserRoom) has
 * registered it. The account's room later calls this room to close sockets after a logout or a block. Visitors who are not signed
 * in are admitted at once.
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

/** The attachment of a socket, which survives hibernation. */
export interface SocketState {
  /** Null: not signed in. */
  userId: string | null;
  /** False until the account's room has registered the socket. */
  isAdmitted: boolean;
}

/** Close code and reason for a socket. */
export interface CloseReason {
  code: number;
  reason: string;
}

const sessionTag = (sessionId: string) => `session:${sessionId}`;
const userTag = (userId: string) => `user:${userId}`;

/** `Visitor`: what the gateway's headers contain. `UserId` includes null when visitors need not be signed in. */
export abstract class SubscribableRoom<
    Visitor,
    UserId extends string | null = string,
    C extends { type: string } = Command,
  >
  extends LiveRoom<C>
  implements SubscribableRoomRpc
{
  protected readonly sockets = new AdmittedSockets<UserId>();
  /** Public because tests flush them. */
  readonly pendingUnsubscribes = new PendingUnsubscribes({
    now: this.context.now,
    scheduler: this.context.scheduler,
    unsubscribe: (userId, ids) => userRoom(this.env, userId).unsubscribe(this.topic, ids),
  });

  /** The topic under which the account's room registers sockets of this room: "post:<id>" or "conversation:<id>". */
  protected abstract get topic(): RoomTopic;

  /** Reads the headers of the gateway. Null when the gateway has not created the request. */
  protected abstract visitorOf(headers: Headers): Visitor | null;

  /** The signed-in account of a visitor. */
  protected abstract accountOf(visitor: Visitor): AccountVisitor | null;

  /** Called for a new socket, before it is admitted. */
  protected onVisit(_visitor: Visitor): void {}

  /** Called when the account's room has registered the socket. Returns a reason to close it all the same. */
  protected refusalOf(_visitor: Visitor, _answer: SubscribeAnswer & { isAllowed: true }): CloseReason | null {
    return null;
  }

  /** Called when an admitted socket has closed or is about to be closed. `sockets` no longer contains it. */
  protected onLeave(_userId: UserId): void {}

  override async onStart(): Promise<void> {
    await super.onStart();
    for (const connection of this.getConnections<SocketState>()) {
      const { state } = connection;
      // The room was evicted while its call to the account's room was running. The client has to connect again.
      if (state?.isAdmitted) this.sockets.add(connection, state.userId as UserId);
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
    this.sockets.add(connection, userId as UserId);
    this.greet(connection, positionOf(new URL(request.url).searchParams));
  }

  /** Ignores frames of sockets that are not admitted. They must not even receive the head of the log. */
  override onMessage(connection: Connection, message: WSMessage): void {
    if (this.sockets.isAdmitted(connection.id)) super.onMessage(connection, message);
  }

  override onClose(connection: Connection<SocketState>): void {
    void super.onClose(connection);
    this.#remove(connection.id);
    const userId = connection.state?.userId;
    if (userId) this.pendingUnsubscribes.add(userId, connection.id);
  }

  /** Closes the sockets of a session that has ended. Returns the connection ids of the account's other sockets. */
  async closeSession(userId: string, sessionId: string): Promise<string[]> {
    await this.started();
    for (const connection of this.getConnections(sessionTag(sessionId)))
      this.#close(connection, { code: closeCodes.sessionEnded, reason: "session ended" });
    return this.connectionsOf(userId);
  }

  /** The connection ids of the account's open sockets, admitted or not. */
  connectionsOf(userId: string): string[] {
    return [...this.getConnections(userTag(userId))].map((connection) => connection.id);
  }

  protected closeSocketsOf(userId: string, closing: CloseReason): void {
    for (const connection of this.getConnections(userTag(userId))) this.#close(connection, closing);
  }

  #close(connection: Connection, { code, reason }: CloseReason): void {
    this.#remove(connection.id);
    connection.close(code, reason);
  }

  #remove(connectionId: string): void {
    const removed = this.sockets.remove(connectionId);
    if (removed) this.onLeave(removed.userId);
  }

  /** Registers the socket at the account's room. Returns a reason when the socket has to be closed. */
  async #subscribe(
    connection: Connection,
    { userId, sessionId }: AccountVisitor,
    visitor: Visitor,
  ): Promise<CloseReason | null> {
    const closed = this.pendingUnsubscribes.take(userId);
    try {
      const answer = await userRoom(this.env, userId).subscribe(this.topic, connection.id, sessionId, closed);
      return answer.isAllowed ? this.refusalOf(visitor, answer) : answer;
    } catch (error) {
      for (const id of closed) this.pendingUnsubscribes.add(userId, id);
      // Not admitted: a logout could not close a socket that the account's room has not registered.
      this.context.report("subscribe", error);
      return { code: closeCodes.tryAgainLater, reason: "try again" };
    }
  }
}
