import { plural } from "./plural.ts";

export const settings = {
  title: "Settings",
  profile: "Profile",
  name: "Name",
  bio: "About you",
  bioHint: "A line or two that others see on your profile.",
  bioLong: "Keep it to 300 characters.",
  saved: "Saved",
  appearance: "Look and language",
  language: "Language",
  theme: "Theme",
  themeSystem: "As the device",
  themeLight: "Light",
  themeDark: "Dark",
  themeHint: "Kept on this device only.",
  password: "Password",
  currentPassword: "Current password",
  newPassword: "New password",
  passwordHint: "Afterwards your other devices are signed out.",
  changePassword: "Change password",
  passwordChanged: "Password changed. Other devices are signed out.",
  wrongPassword: "That isn't your current password.",
  account: "Account",
  signedInAs: (email: string) => `Signed in as ${email}`,
  signOut: "Sign out",
  unsentTitle: (n: number) =>
    plural(n, { one: "# message isn't sent yet", other: "# messages aren't sent yet" }),
  unsentText: "They are on this device only. Once you sign out, they are gone.",
  signOutAnyway: "Sign out anyway",
  signedOut: "You're signed out. See you soon.",
};

export type Settings = typeof settings;
