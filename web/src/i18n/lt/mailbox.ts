import type { Mailbox } from "../en/mailbox.ts";

export const mailbox = {
  title: "Vietinė pašto dėžutė",
  text: "Laiškai, kuriuos „Plaza“ būtų išsiuntusi. Jie yra tik šiame kompiuteryje.",
  empty: "Laiškų dar nėra",
  emptyText: "Užsiregistruokite arba paprašykite naujo slaptažodžio – laiškas atsiras čia.",
  to: "Kam",
  noSubject: "(be temos)",
  refresh: "Tikrinti dar kartą",
  back: "Visi laiškai",
  links: "Nuorodos šiame laiške",
  message: "Laiškas",
} satisfies Mailbox;
