import type { Landing } from "../en/landing.ts";

export const landing = {
  documentTitle: "Plaza – aikštė, kuri yra jūsų",
  headline: ["Miesto aikštė,", "kurią tvarko jos žmonės."],
  lead: "Paklauskite ir sulaukite tikro atsakymo. Pasakykite, ką galvojate, ir matykite, kaip ateina atsakymai. Be reklamos, be sekimo, be algoritmo tarp jūsų ir tų, kuriuos sekate.",
  join: "Registruotis",
  signIn: "Prisijungti",
  points: [
    {
      title: "Klauskite ir atsakykite",
      text: "Klausimai turi atsakymus, o geriausi kyla į viršų matomais balsais.",
    },
    {
      title: "Gyva, kol skaitote",
      text: "Komentarai ir skaičiai ateina patys. Tai, ką skaitote, niekada nešokinėja.",
    },
    {
      title: "Tvarkote patys",
      text: "Jūsų komanda ją laiko savo debesijos paskyroje. Jūsų žodžiai lieka pas jus.",
    },
  ],
  latestPosts: "Kas vyksta dabar",
  latestPostsText: "Vieši įrašai, naujausi viršuje.",
  more: "Prisijunkite ir matykite viską",
} satisfies Landing;
