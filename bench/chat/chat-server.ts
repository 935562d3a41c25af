/**
 * A chat server under test, whatever its technology, and a thin socket to it. The client costs the same
 * for every server.
 */
import WebSocket from "ws";
import type { TestConversation } from "../faults/environment.ts";

export interface Hooks {
  /** The server acknowledged the message as stored. */
  onAck(clientId: string): void;
  /** A member's socket, the sender's included, received the message. */
  onMessage(clientId: string, member: ChatServerSocket): void;
  onRefusal(code: string): void;
}

export interface ChatServer {
  name: string;
  /** Opens a socket to a conversation and waits until it is usable. */
  open(
    conversation: TestConversation,
    person: TestConversation["people"][number],
    hooks: Hooks,
  ): Promise<ChatServerSocket>;
  /** The process ids of the server, without its database. */
  pids(): number[];
  stop(): Promise<void>;
}

export interface ChatServerSocket {
  send(clientId: string, body: string): void;
  close(): void;
}

const OPEN_TIMEOUT_MS = 30_000;

/**
 * Opens a WebSocket and resolves once `isReady` accepts a frame.
 *
 * @param onText receives every frame as text
 */
export function openWebSocket(
  url: string,
  headers: Record<string, string>,
  isReady: (text: string) => boolean,
  onText: (text: string, socket: WebSocket) => void,
): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace("http", "ws"), {
      headers,
      perMessageDeflate: false,
      skipUTF8Validation: true,
      handshakeTimeout: OPEN_TIMEOUT_MS,
    });
    const timer = setTimeout(() => reject(new Error(`${url} was not ready in time`)), OPEN_TIMEOUT_MS);
    let isOpen = false;
    socket.on("message", (bytes) => {
      const text = bytes.toString();
      if (!isOpen && isReady(text)) {
        isOpen = true;
        clearTimeout(timer);
        resolve(socket);
      }
      onText(text, socket);
    });
    socket.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.on("close", (code) => {
      clearTimeout(timer);
      reject(new Error(`${url} closed with ${code}`));
    });
  });
}
