import type { Presence } from "../en/presence.ts";
import { plural } from "./plural.ts";

export const presence = {
  title: "Buvimas čia",
  audience: "Kas mato, kad esate čia",
  audienceHint: "Taip pat kada čia buvote paskutinį kartą. Tie, kuriuos užblokavote, to nemato niekada.",
  audiences: {
    everyone: "Visi",
    mutuals: "Žmonės, kuriuos sekate ir kurie seka jus",
    chosen: "Jūsų pasirinkti žmonės",
    nobody: "Niekas",
  },
  chosen: "Pasirinkti žmonės",
  chosenNone: "Kol kas nieko: kol ką nors pridėsite, to nematys niekas.",
  chosenAdd: "Pridėti žmonių",
  chosenRemove: (name) => `Atžymėti: ${name}`,
  receipts: "Perskaitymo žymos",
  receiptsText: "Kiti mato, kada perskaitėte jų žinutes. Išjungę nematysite ir jų žymų.",

  nearby: "Netoliese",
  nearbyIntro: "Pažiūrėkite, kas iš „Plaza“ yra aplink",
  nearbyText:
    "Pasakykite, kur maždaug esate, ir matykite kitus, kurie daro tą patį. Tai baigiasi iš karto, kai nustojate dalytis, arba per 15 minučių, kai užveriate puslapį.",
  nearbyPoints: [
    "Jūsų įrenginys vietą paverčia žemėlapio langeliu. „Plaza“ gauna langelį, bet ne tašką.",
    "Kad esate netoli, mato tik tie, kurie dabar dalijasi savo vieta ir gali matyti, kad esate čia.",
    "Paskutinį langelį saugome parą, niekam nerodome: kad niekas neieškotų žmonių kilnodamas savąjį.",
  ],
  level: "Kaip tiksliai?",
  levels: {
    4: { title: "Regionas", text: "apie 39\u00a0×\u00a020\u00a0km" },
    5: { title: "Miestas ar jo dalis", text: "apie 5\u00a0×\u00a05\u00a0km" },
  },
  join: "Dalytis ir apsidairyti",
  joining: "Ieškoma jūsų langelio…",
  leave: "Nebesidalyti",
  leftText: "Savo vieta nebesidalijate.",
  sharing: (size) => `Dalijatės langeliu: ${size}`,
  endsIn: (minutes) =>
    plural(minutes, {
      one: "Baigsis po # minutės",
      few: "Baigsis po # minučių",
      many: "Baigsis po # minutės",
      other: "Baigsis po # minučių",
    }),
  renew: "Dar 15 minučių",
  people: "Žmonės netoliese",
  count: (n) =>
    plural(n, {
      one: "# žmogus netoli jūsų",
      few: "# žmonės netoli jūsų",
      many: "# žmogaus netoli jūsų",
      other: "# žmonių netoli jūsų",
    }),
  nobody: "Aplink daugiau niekas nesidalija",
  nobodyText: "Palaukite: kas prisijungs, atsiras čia savaime.",
  wider: "Dairytis didesniame langelyje",
  denied: "Naršyklė neleidžia „Plaza“ sužinoti, kur esate",
  deniedText:
    "Naršyklės nustatymuose leiskite šiai svetainei matyti vietą ir bandykite dar kartą. Arba palikite: visa kita veikia ir be jos.",
  unavailable: "Įrenginys nepajėgė nustatyti vietos",
  unavailableText: "Bandykite po akimirkos arba ten, kur geriau matyti dangų.",
  unsupported: "Ši naršyklė vietos nustatyti negali",
  unsupportedText:
    "Puslapiui „Netoliese“ reikia įrenginio, kuris žino savo vietą. Visa kita veikia ir be jos.",
} satisfies Presence;
