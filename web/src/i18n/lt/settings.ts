import type { Settings } from "../en/settings.ts";
import { plural } from "./plural.ts";

export const settings = {
  title: "Nustatymai",
  profile: "Profilis",
  name: "Vardas",
  bio: "Apie jus",
  bioHint: "Sakinys kitas, kurį kiti matys jūsų profilyje.",
  bioLong: "Ne daugiau kaip 300 ženklų.",
  saved: "Išsaugota",
  appearance: "Išvaizda ir kalba",
  language: "Kalba",
  theme: "Spalvos",
  themeSystem: "Kaip įrenginyje",
  themeLight: "Šviesios",
  themeDark: "Tamsios",
  themeHint: "Galioja tik šiame įrenginyje.",
  password: "Slaptažodis",
  currentPassword: "Dabartinis slaptažodis",
  newPassword: "Naujas slaptažodis",
  passwordHint: "Pakeitus kiti jūsų įrenginiai bus atjungti.",
  changePassword: "Pakeisti slaptažodį",
  passwordChanged: "Slaptažodis pakeistas. Kiti įrenginiai atjungti.",
  wrongPassword: "Tai ne dabartinis jūsų slaptažodis.",
  account: "Paskyra",
  signedInAs: (email) => `Prisijungta kaip ${email}`,
  signOut: "Atsijungti",
  unsentTitle: (n) =>
    plural(n, {
      one: "# žinutė dar neišsiųsta",
      few: "# žinutės dar neišsiųstos",
      many: "# žinutės dar neišsiųsta",
      other: "# žinučių dar neišsiųsta",
    }),
  unsentText: "Jos yra tik šiame įrenginyje. Atsijungus jų nebeliks.",
  signOutAnyway: "Vis tiek atsijungti",
  signedOut: "Atsijungėte. Iki greito.",
} satisfies Settings;
