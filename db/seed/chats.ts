/** What the demo community says to each other when nobody else listens. Fiction, but about real things. */
import { annAndBen } from "./chats.long.ts";

/** Who says it, how many minutes after what was said before, and what. */
export type Line = readonly [
  by: string,
  minutesLater: number,
  text: string,
  more?: {
    /** Answers the line so many lines before. */
    answers?: number;
    /** Handles by emoji. */
    reactions?: Readonly<Record<string, readonly string[]>>;
  },
];

export interface Chat {
  /** Null: a conversation of two. */
  name: string | null;
  openedBy: string;
  people: readonly string[];
  admins?: readonly string[];
  /** Has not answered yet. */
  asked?: string;
  /** Minutes since the last line. */
  ended: number;
  lines: readonly Line[];
  /** How many of the last lines somebody has not read; who is not named has read all. */
  unread?: Readonly<Record<string, number>>;
}

const DAY = 24 * 60;

export const chats: readonly Chat[] = [
  {
    name: null,
    openedBy: "ben",
    people: ["ann", "ben"],
    ended: 14,
    lines: annAndBen,
    unread: { ann: 2 },
  },
  {
    name: "Saturday market crew",
    openedBy: "farid",
    people: ["farid", "ann", "cleo", "emi", "goda"],
    admins: ["farid", "ann"],
    ended: 35,
    unread: { ann: 4, cleo: 5, goda: 1 },
    lines: [
      ["farid", 0, "Welcome! One place for who comes, who carries and who forgot the bags."],
      [
        "ann",
        12,
        "Present. I have a cart and strong opinions about carrots.",
        { reactions: { "😂": ["farid", "emi"], "🥕": ["cleo"] } },
      ],
      ["emi", 3, "I can do 8:30. Not a minute earlier, I teach until late on Fridays."],
      ["cleo", 25, "8:30 is fine. Can I record the fish seller again? He shouts in perfect fourths."],
      ["farid", 2, "He will be delighted. Bring the small microphone, the furry one scares the dogs."],
      [
        "cleo",
        1,
        "The furry one scares ONE dog.",
        { answers: 1, reactions: { "🐶": ["ann", "farid", "emi"] } },
      ],
      [
        "goda",
        140,
        "Labas! Galiu atnešti krepšių – turiu gal aštuonis, visi su katėmis.",
        { reactions: { "🐱": ["ann", "cleo", "emi", "farid"] } },
      ],
      ["emi", 4, "Goda I understood 'cats' and that is enough for me"],
      ["goda", 2, "Eight bags, all with cats :)"],
      ["ann", 5 * DAY, "Tomorrow: rain until nine, then sun. I trust the radar more than the app."],
      ["farid", 8, "Meet under the roof by the cheese, then."],
      ["cleo", 3, "By the cheese is where I would meet anyway."],
      ["emi", 11, "Shopping list so far: beetroot, dill, eggs, the good rye, something for soup"],
      ["ann", 2, "Potatoes. It is always potatoes.", { answers: 1 }],
      ["farid", 6, "I need a box of apples for the compost people. Long story."],
      ["goda", 9, "Obuoliams pasiimsiu vežimėlį 🍎", { reactions: { "🙏": ["farid"] } }],
      ["emi", 14 * 60, "That was lovely. Whoever found the plums: respect."],
      ["cleo", 20, "It was Ann. Ann can smell plums through a wall.", { reactions: { "❤️": ["emi", "ann"] } }],
      ["ann", 4, "It is my only talent"],
      ["farid", 2, "Untrue, you also own the cart."],
      ["cleo", 5 * DAY, "Same time this Saturday?"],
      ["emi", 16, "Yes! And I promised my class one pumpkin of unreasonable size."],
      ["farid", 9, "Define unreasonable."],
      [
        "emi",
        1,
        "It should need its own seat on the tram.",
        { answers: 1, reactions: { "🎃": ["farid", "goda"] } },
      ],
      ["goda", 31, "Turguje prie Halės vakar mačiau tokį. Gal 20 kilogramų!"],
      ["farid", 40, "Then we need the cart, Ann. And possibly a second Ann."],
    ],
  },
  {
    name: null,
    openedBy: "hugo",
    people: ["hugo", "ann"],
    asked: "ann",
    ended: 3 * 60 + 20,
    unread: { ann: 2 },
    lines: [
      [
        "hugo",
        0,
        "Hi Ann, we have not met: Hugo, the one with the night trains. Your quiet map of the old town has been on my wall since Tuesday.",
      ],
      [
        "hugo",
        2,
        "I am planning a walk from the station to the harbour for people who arrive at six in the morning and want no traffic at all. Would you look over the route? I pay in soup.",
      ],
    ],
  },
  {
    name: null,
    openedBy: "ann",
    people: ["ann", "cleo"],
    ended: 19 * 60,
    lines: [
      ["ann", 0, "Bridge no. 31 made me miss my stop. Which is a compliment."],
      ["cleo", 7, "It is the best compliment! Which part?"],
      ["ann", 2, "When the tram is still two stops away and you already hear it in the railing."],
      [
        "cleo",
        1,
        "I stood there with a stethoscope. A man asked if the bridge was ill.",
        { reactions: { "😂": ["ann"] } },
      ],
      ["ann", 3, "And? Is it?"],
      ["cleo", 1, "A slight murmur. Nothing serious.", { reactions: { "🩺": ["ann"] } }],
      [
        "ann",
        2 * DAY,
        "Do you have a list of all the bridges with coordinates? I would like to put them on a map that you can listen to.",
      ],
      ["cleo", 45, "I have a list with names, dates and how cold my hands were. No coordinates."],
      ["ann", 4, "Cold hands is a valid data column. Send it, I will find the places."],
      ["cleo", 180, "Sent. 31 rows, two of them are technically culverts."],
      ["ann", 6, "A culvert is a bridge with low self-esteem.", { answers: 1, reactions: { "❤️": ["cleo"] } }],
      ["cleo", 2, "May I quote you in the next episode?"],
      ["ann", 1, "Only with the stethoscope sound under it."],
      [
        "cleo",
        DAY,
        "Listened to your idea again in my head all day. Thursday, coffee, your maps, my microphones?",
      ],
      ["ann", 22, "Thursday. Five o'clock, the place with the bad chairs and the good cake."],
      ["cleo", 3, "See you among the bad chairs", { reactions: { "👍": ["ann"] } }],
    ],
  },
  {
    name: null,
    openedBy: "darius",
    people: ["ann", "darius"],
    ended: 2 * DAY + 190,
    unread: { darius: 1 },
    lines: [
      ["darius", 0, "Labas, Ann! Ar matei savivaldybės dviračių tako projektą?"],
      ["ann", 34, "Mačiau! Prie stoties takas tiesiog baigiasi. Kaip sakinys be"],
      ["darius", 1, "…taško. Taip ir parašysiu pastabose.", { answers: 1, reactions: { "😄": ["ann"] } }],
      [
        "ann",
        5,
        "Galiu nubraižyti, kaip jį sujungti su Naugarduko gatve. Yra vietos, jei atsisakytume šešių parkavimo vietų.",
      ],
      ["darius", 3, "Šešios vietos – diskusijų metams. Bet braižyk!"],
      [
        "ann",
        DAY,
        "Padariau tris variantus. Antrame nukenčia tik dvi vietos ir vienas labai susiraukęs medis.",
      ],
      ["darius", 17, "Medžiui reikia balso teisės.", { reactions: { "🌳": ["ann"] } }],
      ["darius", 2, "Antras variantas puikus. Ar galiu pridėti prie pastabų su tavo vardu?"],
      ["ann", 9, "Žinoma. Jei prireiks, ateisiu ir į viešą svarstymą."],
      ["darius", DAY + 60, "Svarstymas kitą antradienį, 17:30, rotušėje. Užimsiu tau vietą."],
      ["ann", 44, "Būsiu. Atsinešiu žemėlapį, kurio neįmanoma nesuprasti 🙂"],
    ],
  },
  {
    name: null,
    openedBy: "goda",
    people: ["goda", "darius"],
    ended: 6 * 60,
    unread: { darius: 1 },
    lines: [
      ["goda", 0, "Dariau, ar tavo dviratis dar turi tą priekinį krepšį?"],
      ["darius", 12, "Turi. O ką vešim?"],
      ["goda", 1, "Katę."],
      [
        "darius",
        1,
        "Tą pačią, kuri bendradarbiauja tris sekundes?",
        { answers: 1, reactions: { "😂": ["goda"] } },
      ],
      ["goda", 2, "Ją pačią. Pas veterinarą, už dviejų kilometrų, o autobusuose ji dainuoja."],
      ["darius", 4, "Gerai, bet važiuosim taku, ne gatve. Ir dainuoti galima."],
      [
        "goda",
        DAY,
        "Nuvežėm! Ji žiūrėjo į miestą kaip kapitonė. Nupiešiu tau šitą.",
        { reactions: { "🐱": ["darius"], "❤️": ["darius"] } },
      ],
      ["darius", 8, "Pakabinsiu virš stalo. Ačiū už ekspediciją, kapitonei linkėjimai."],
      ["goda", 55, "Perdaviau. Ji apsimetė, kad negirdi."],
    ],
  },
];
