export const realtime = {
  reconnecting: "Reconnecting…",
  reconnectingText: "You can go on reading and writing; new things may come late.",
  polling: "Slow connection.",
  pollingText: "Everything works; new things come every few seconds.",
  offline: "You're offline.",
  offlineText: "What's open stays readable. Drafts are kept on this device.",
  offlineChat: "Your messages are kept here and sent once you're back.",
  back: "Connected again.",
  retry: "Try now",
};

export type Realtime = typeof realtime;
