/** Demo accounts, follows and posts. Fiction, but about real things. */
import type { DemoAccount, DemoPost } from "./demo.types.ts";

export const demoAccounts: readonly DemoAccount[] = [
  {
    handle: "ann",
    name: "Ann Berzins",
    bio: "Makes maps. Walks everywhere. Will explain projections if you let me.",
    language: "en",
  },
  {
    handle: "ben",
    name: "Ben Okafor",
    bio: "Backend by day, sourdough by night. Ask me about Postgres.",
    language: "en",
  },
  {
    handle: "cleo",
    name: "Cleo Marchetti",
    bio: "Radio documentaries. Currently recording every bridge in town.",
    language: "en",
  },
  {
    handle: "darius",
    name: "Darius Petrauskas",
    bio: "Dviračiai, miestai ir šiek tiek politikos. Vilnius.",
    language: "lt",
  },
  {
    handle: "emi",
    name: "Emi Sato",
    bio: "Teaches physics to teenagers, learns patience from them.",
    language: "en",
  },
  {
    handle: "farid",
    name: "Farid Haddad",
    bio: "Community gardener. Compost is a love language.",
    language: "en",
  },
  {
    handle: "goda",
    name: "Goda Žemaitė",
    bio: "Iliustruoju knygas vaikams. Piešiu kates, kai niekas nemato.",
    language: "lt",
  },
  { handle: "hugo", name: "Hugo Lindqvist", bio: "Night trains, slow software, good soup.", language: "en" },
];

export const demoFollows: Readonly<Record<string, readonly string[]>> = {
  ann: ["ben", "cleo", "darius", "emi"],
  ben: ["ann", "emi", "hugo", "farid"],
  cleo: ["ann", "hugo", "goda"],
  darius: ["ann", "goda", "farid"],
  emi: ["ann", "ben", "cleo", "goda", "hugo"],
  farid: ["darius", "emi", "ann"],
  goda: ["darius", "cleo", "emi"],
  hugo: ["ben", "cleo", "ann", "emi"],
};

export const demoPosts: readonly DemoPost[] = [
  {
    by: "hugo",
    ago: 0.4,
    body: "The 22:14 to Malmö has a dining car again. White tablecloths, one (1) waiter, soup that tastes like somebody cared. I did not look at my phone for two hours and can recommend it.",
    up: ["cleo", "emi", "ben", "ann"],
    comments: [
      {
        by: "cleo",
        ago: 0.3,
        body: "Did you record anything? Night trains have the best room tone there is.",
      },
      {
        by: "emi",
        ago: 0.2,
        body: "What soup, though. You cannot leave that out.",
        replies: [{ by: "hugo", ago: 0.15, body: "Yellow pea. Thursday, of course." }],
      },
    ],
  },
  {
    by: "ben",
    ago: 1.6,
    title: "When does a partial index beat a bigger composite one?",
    body: "I have a `notifications` table where 97 % of the rows are read and nobody ever looks at them again. Today there is one index on (user_id, is_read, created_at desc).\n\nWould a partial index `where not is_read` be worth the second structure, or does the composite one already skip what it needs to skip?",
    up: ["emi", "hugo", "ann", "farid", "darius"],
    comments: [
      {
        by: "ann",
        ago: 1.4,
        body: "How wide are the rows? If the table fits in memory you may be tuning the wrong thing.",
      },
      {
        by: "hugo",
        ago: 1.2,
        body: "Whatever you do: measure with the buffers option on. Time alone lies on a warm laptop.",
      },
    ],
    answers: [
      {
        by: "emi",
        ago: 1.1,
        body: "I let my students find this out with playing cards, so bear with me.\n\nThe composite index walks straight to your unread ones, because is_read comes before the date. So for finding them you gain nothing. What you gain is size: the partial index has 3 % of the entries, stays in cache, and every insert that is born read does not touch it.\n\nRule I use: partial when the condition is constant in the query and rare in the table.",
        up: ["ben", "hugo", "ann", "cleo"],
        comments: [
          {
            by: "ben",
            ago: 0.9,
            body: "Playing cards, fine, but this is the clearest anyone has put it. Thank you @emi.",
          },
        ],
      },
      {
        by: "hugo",
        ago: 0.8,
        body: "One thing to add: an update that flips is_read can be heap-only if no index holds the column. With the composite index it never can. With the partial one it cannot either, since the predicate uses the column. So neither wins there.",
        up: ["ben"],
      },
    ],
  },
  {
    by: "goda",
    ago: 3,
    body: "Nupiešiau katę, kuri nenori būti nupiešta. Modelis bendradarbiavo lygiai tris sekundes. #eskizai",
    up: ["darius", "emi", "cleo"],
    comments: [{ by: "darius", ago: 2.5, body: "Trys sekundės katei – visa amžinybė. Labai gražu!" }],
  },
  {
    by: "ann",
    ago: 5,
    body: "A map is an argument about what matters. This week's argument: a walking map of the old town that leaves out every street where you cannot hear yourself think. Turns out it is a very small map.\n\nWhat would you leave out of yours?",
    up: ["cleo", "darius", "farid", "hugo", "emi", "ben"],
    comments: [
      { by: "cleo", ago: 4.6, body: "I would leave out everything with an escalator and keep every bridge." },
      {
        by: "farid",
        ago: 4.2,
        body: "Anything without a tree. My map would be three parks and a cemetery.",
        replies: [
          {
            by: "ann",
            ago: 4.1,
            body: "That is a better map than mine, @farid. Can I steal it?",
            replies: [{ by: "farid", ago: 4, body: "Take it. I accept payment in coffee grounds." }],
          },
        ],
      },
      { by: "darius", ago: 3.7, body: "Vilniuje išbraukčiau visas gatves be dviračių tako. Liktų nedaug." },
    ],
  },
  {
    by: "farid",
    ago: 8,
    title: "Is there any point in composting through the winter?",
    body: "Our shared heap goes cold in November and people stop bringing scraps until March. Has anyone kept one going north of, say, 55 degrees, without buying an insulated bin?",
    up: ["darius", "emi", "goda"],
    answers: [
      {
        by: "darius",
        ago: 7,
        body: "Taip! Mūsų kieme krūva šyla visą žiemą: kubinis metras kaip minimumas, šiaudai aplink ir kavos tirščiai viduje. Mažesnė krūva užšąla, didesnė – ne.",
        up: ["farid", "goda", "ann"],
      },
    ],
  },
  {
    by: "cleo",
    ago: 11,
    body: "Bridge no. 31 recorded. If you put your ear to the handrail at 6 am you can hear the tram two stops before it comes. Episode on Friday.",
    up: ["ann", "hugo", "goda", "emi"],
    comments: [
      {
        by: "emi",
        ago: 10,
        body: "Sound travels some fifteen times faster in steel than in air. May I play this to my class?",
      },
    ],
  },
  {
    by: "emi",
    ago: 20,
    body: "A student asked why the sky is not violet if violet scatters most. Best question of the term. (Two reasons: the sun sends less of it, and our eyes are bad at it.)",
    up: ["ann", "ben", "cleo", "farid", "goda", "hugo", "darius"],
  },
  {
    by: "darius",
    ago: 26,
    body: "Savivaldybė paskelbė naujo dviračių tako projektą. Pastabas galima teikti iki mėnesio pabaigos – parašiau savąsias, užtruko dvidešimt minučių. Kviečiu ir jus. #dviračiai #vilnius",
    up: ["goda", "ann", "farid"],
    comments: [{ by: "goda", ago: 25, body: "Parašiau. Ačiū, kad priminei, @darius." }],
  },
  {
    by: "ben",
    ago: 33,
    body: "Sourdough, day 400. The starter has outlived two jobs and one phone. Today I learned that feeding it less makes it sour faster. There is a lesson in there and I refuse to look for it.",
    up: ["hugo", "farid", "emi"],
  },
  {
    by: "ann",
    ago: 49,
    title: "What is the kindest way to say no to a feature?",
    body: "Asking for a friend who maintains a small open-source thing and gets two requests a day. She wants to stay kind and also sleep.",
    up: ["ben", "hugo", "cleo", "emi"],
    answers: [
      {
        by: "hugo",
        ago: 47,
        body: "Say what the thing is for, once, in the README. Then every no is a link and not a judgement.",
        up: ["ann", "ben", "cleo", "emi"],
      },
      {
        by: "cleo",
        ago: 45,
        body: "Thank them for the story behind the request. People mostly want to know that someone heard it.",
        up: ["ann", "emi"],
      },
    ],
  },
];
