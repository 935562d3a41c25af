import type { Feeds } from "../en/feeds.ts";
import { plural } from "./plural.ts";

export const feeds = {
  home: "Pradžia",
  tabs: "Srautai",
  following: "Sekami",
  latest: "Naujausi",
  newPosts: (n) =>
    plural(n, {
      one: "# naujas įrašas",
      few: "# nauji įrašai",
      many: "# naujo įrašo",
      other: "# naujų įrašų",
    }),
  manyNewPosts: (n) =>
    plural(n, {
      one: "#+ naujas įrašas",
      few: "#+ nauji įrašai",
      many: "#+ naujo įrašo",
      other: "#+ naujų įrašų",
    }),
  followingEmpty: "Čia rasite tuos, kuriuos sekate",
  followingEmptyText:
    "Pradėkite sekti kelis žmones ir čia matysite jų įrašus nuo naujausių. „Naujausi“ rodo visus.",
  seeLatest: "Žiūrėti naujausius",
  latestEmpty: "Aikštė dar tyli",
  latestEmptyText: "Dar niekas nieko neparašė. Pradėkite pokalbį.",
  writeFirst: "Parašyti pirmą įrašą",
  end: "Viską peržiūrėjote",
  moreFailed: "Nepavyko įkelti daugiau.",
  loadingMore: "Įkeliama daugiau",
  prompt: "Kas naujo?",
} satisfies Feeds;
