import { plural } from "./plural.ts";

export const presence = {
  title: "Being online",
  audience: "Who sees that you are online",
  audienceHint: "Also when you were here last. Someone you blocked never sees it.",
  audiences: {
    everyone: "Everyone",
    mutuals: "People you follow who follow you",
    chosen: "People you choose",
    nobody: "Nobody",
  },
  chosen: "Chosen people",
  chosenNone: "Nobody yet: until you add someone, no one sees it.",
  chosenAdd: "Add people",
  chosenRemove: (name: string) => `Take ${name} off`,
  receipts: "Read receipts",
  receiptsText: "Others see when you have read their messages. Turn it off and you don't see theirs either.",

  nearby: "Nearby",
  nearbyIntro: "See who on Plaza is around",
  nearbyText:
    "Share roughly where you are and see the others who do the same. It ends at once when you press “Stop sharing”, and within 15 minutes after you close the page.",
  nearbyPoints: [
    "Your device turns your place into a square on the map. Plaza gets the square, never the point.",
    "Only people who share theirs right now see that you are near, and only those who may see that you are online.",
    "Your last square is kept for a day, unseen, so that nobody can search for people by moving theirs.",
  ],
  level: "How exactly?",
  levels: {
    4: { title: "A region", text: "about 39\u00a0×\u00a020\u00a0km" },
    5: { title: "A town or district", text: "about 5\u00a0×\u00a05\u00a0km" },
  },
  join: "Share and look around",
  joining: "Finding your square…",
  leave: "Stop sharing",
  leftText: "You don't share your place any more.",
  sharing: (size: string) => `You share a square of ${size}`,
  endsIn: (minutes: number) => plural(minutes, { one: "It ends in # minute", other: "It ends in # minutes" }),
  renew: "15 more minutes",
  people: "People nearby",
  count: (n: number) => plural(n, { one: "# person near you", other: "# people near you" }),
  nobody: "Nobody else shares around here",
  nobodyText: "Stay a while: whoever joins appears here by itself.",
  wider: "Look in a larger square",
  denied: "Your browser doesn't let Plaza see where you are",
  deniedText:
    "Allow location for this site in the browser's settings, then try again. Or leave it: everything else works without.",
  unavailable: "Your device couldn't tell where it is",
  unavailableText: "Try again in a moment, or somewhere with a better view of the sky.",
  unsupported: "This browser can't tell where it is",
  unsupportedText: "Nearby needs a device that knows its place. Everything else works without.",
};

export type Presence = typeof presence;
