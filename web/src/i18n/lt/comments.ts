import type { Comments } from "../en/comments.ts";
import { plural } from "./plural.ts";

export const comments = {
  title: (n) =>
    plural(n, { one: "# komentaras", few: "# komentarai", many: "# komentaro", other: "# komentarų" }),
  none: "Komentarų dar nėra",
  noneText: "Pasakykite, ką manote. Būsite pirmi.",
  label: "Jūsų komentaras",
  placeholder: "Parašykite komentarą…",
  replyPlaceholder: (name) => `Atsakykite: ${name}…`,
  send: "Komentuoti",
  reply: "Atsakyti",
  replyTo: (name) => `Atsakyti: ${name}`,
  signIn: "Prisijunkite ir komentuokite",
  sending: "Siunčiama…",
  failed: "Nepavyko išsiųsti.",
  discard: "Atmesti",
  deleted: "Šis komentaras ištrintas",
  delete: "Ištrinti",
  deleteTitle: "Ištrinti šį komentarą?",
  deleteText: "Jo tekstas dings visiems. Atsakymai į jį liks.",
  collapse: (name) => `Slėpti šaką: ${name}`,
  expand: "Rodyti šaką",
  hidden: (n) =>
    plural(n, {
      one: "paslėptas # atsakymas",
      few: "paslėpti # atsakymai",
      many: "paslėpta # atsakymo",
      other: "paslėpta # atsakymų",
    }),
  arrived: (name) => `${name} parašė komentarą`,
  author: "Autorius",
  link: "Kopijuoti nuorodą",
  more: "Daugiau apie šį komentarą",
  findingComment: "Ieškoma komentaro…",
  notFound: "Šio komentaro čia nebėra.",
  tooLong: "Per ilgas tekstas. Truputį sutrumpinkite.",
  list: "Komentarai",
  sendHint: "Siųsti: Ctrl + Enter",
} satisfies Comments;
