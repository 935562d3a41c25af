import type { Common } from "../en/common.ts";
import { plural } from "./plural.ts";

export const common = {
  loading: "Įkeliama",
  retry: "Bandyti dar kartą",
  cancel: "Atšaukti",
  close: "Užverti",
  dismiss: "Paslėpti",
  back: "Atgal",
  save: "Išsaugoti",
  saved: "Išsaugota",
  delete: "Ištrinti",
  more: "Daugiau",
  now: "ką tik",
  signIn: "Prisijungti",
  signUp: "Registruotis",
  showPassword: "Rodyti slaptažodį",
  hidePassword: "Slėpti slaptažodį",
  charactersLeft: (n) =>
    plural(n, {
      one: "liko # ženklas",
      few: "liko # ženklai",
      many: "liko # ženklo",
      other: "liko # ženklų",
    }),
  charactersOver: (n) =>
    plural(n, {
      one: "# ženklu per daug",
      few: "# ženklais per daug",
      many: "# ženklo per daug",
      other: "# ženklų per daug",
    }),
  reference: (id) => `Kreipinio numeris: ${id}`,
  loadMore: "Rodyti daugiau",
  loadingMore: "Įkeliama daugiau",
  errors: {
    network: "Nepavyko pasiekti „Plaza“. Patikrinkite ryšį ir bandykite dar kartą.",
    offline: "Nėra interneto ryšio. Vėl veiks, kai prisijungsite prie tinklo.",
    slowDown: "Per daug veiksmų iš karto. Truputį palaukite ir bandykite dar kartą.",
    slowDownFor: (seconds) =>
      `Per daug veiksmų iš karto. Bandykite po ${plural(seconds, {
        one: "# sekundės",
        few: "# sekundžių",
        many: "# sekundės",
        other: "# sekundžių",
      })}.`,
    signIn: "Norėdami tai padaryti, prisijunkite.",
    sessionExpired: "Buvote atjungti. Norėdami tęsti, prisijunkite iš naujo.",
    suspended: "Ši paskyra sustabdyta.",
    forbidden: "Čia to daryti negalite.",
    notFound: "Čia nieko nėra. Galbūt pašalinta, o gal adresas neteisingas.",
    gone: "Tai ištrinta.",
    invalid: "Kažkas įrašyta neteisingai. Patikrinkite ir bandykite dar kartą.",
    tooLarge: "Per ilgas tekstas. Sutrumpinkite ir bandykite dar kartą.",
    conflict: "Kažkas suspėjo anksčiau arba tai jau padaryta. Įkelkite puslapį iš naujo ir pažiūrėkite.",
    unavailable: "„Plaza“ trumpam atsikvepia. Bandykite po minutės.",
    server: "Sugedo kažkas pas mus. Bandykite dar kartą; tai, ką parašėte, neprapuolė.",
    unknown: "Nepavyko. Bandykite dar kartą.",
  },
} satisfies Common;
