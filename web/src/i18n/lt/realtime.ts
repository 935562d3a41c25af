import type { Realtime } from "../en/realtime.ts";

export const realtime = {
  reconnecting: "Jungiamasi iš naujo…",
  reconnectingText: "Galite toliau skaityti ir rašyti; naujienos gali vėluoti.",
  polling: "Lėtas ryšys.",
  pollingText: "Viskas veikia; naujienos ateina kas kelias sekundes.",
  offline: "Nėra interneto ryšio.",
  offlineText: "Tai, kas atverta, galite skaityti. Juodraščiai lieka šiame įrenginyje.",
  offlineChat: "Žinutės palauks čia ir bus išsiųstos, kai atsiras ryšys.",
  back: "Ryšys atkurtas.",
  retry: "Bandyti dabar",
} satisfies Realtime;
