// The address travels between sign-up, sign-in and "check your mail" inside this tab, never in an address bar.
let email = "";

export function rememberEmail(next: string): void {
  email = next;
}

export function rememberedEmail(): string {
  return email;
}
