/** A chat server under measurement, whatever it is made of, and a thin socket to it: the client costs every peer the same. */
import WebSocket from "ws";
import type { TestConversation } from "../faults/environment.ts";

export interface Hooks {
  /** The sender is told that the message is written down. */
  onAck(clientId: string): void;
  /** Anybody in the conversation, the sender included, hears it. */
  onMessage(clientId: string, member: ChatServerSocket): void;
  onRefusal(code: string): void;
}

export interface Peer {
  name: string;
  /** Opens a socket into a conversation and waits until it may be used. */
  open(
    conversation: TestConversation,
    person: TestConversation["people"][number],
    hooks: Hooks,
  ): Promise<ChatServerSocket>;
  /** The processes that serve, the database's apart. */
  pids(): number[];
  stop(): Promise<void>;
}

export interface ChatServerSocket {
  send(clientId: string, body: string): void;
  close(): void;
}

const OPEN_TIMEOUT_MS = 30_000;

/**
 * A WebSocket that is ready once `isReady` says so of a frame.
 *
 * @param onText hears every frame as text
 */
export function dial(
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
