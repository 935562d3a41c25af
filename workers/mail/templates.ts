/** The texts of Plaza's mails. One column of text, one button, no images. */
import type { Mail, MailJob } from "./mail.job.ts";

interface Texts {
  subject: string;
  lead: string;
  action: string;
  end: string;
}

const texts: Record<
  MailJob["language"],
  Record<MailJob["template"], Texts> & { hello: (name: string | null) => string }
> = {
  en: {
    hello: (name) => (name === null ? "Hello," : `Hello ${name},`),
    verify: {
      subject: "Confirm your e-mail for Plaza",
      lead: "Open the link and enter the password you chose. The link works for an hour.",
      action: "Confirm my e-mail",
      end: "You did not sign up? Then do nothing: there is no account until somebody opens this link.",
    },
    reset: {
      subject: "Choose a new password for Plaza",
      lead: "Somebody, probably you, asked for a new password. The link works for an hour and once.",
      action: "Choose a new password",
      end: "It was not you? Then do nothing: your password stays as it is.",
    },
    already: {
      subject: "You already have a Plaza account",
      lead: "Somebody, probably you, tried to sign up with this address. It has an account already.",
      action: "Sign in",
      end: "Forgot the password? The sign-in page helps. It was not you? Then do nothing.",
    },
    changed: {
      subject: "Your Plaza password was changed",
      lead: "Your password was changed just now and every other device was signed out.",
      action: "Sign in",
      end: "It was not you? Choose a new password at once with “Forgot password”.",
    },
  },
  lt: {
    hello: (name) => (name === null ? "Sveiki," : `Sveiki, ${name},`),
    verify: {
      subject: "Patvirtinkite savo el. paštą „Plaza“",
      lead: "Atverkite nuorodą ir įrašykite pasirinktą slaptažodį. Nuoroda galioja valandą.",
      action: "Patvirtinti el. paštą",
      end: "Nesiregistravote? Nieko nedarykite – paskyros nebus, kol kas nors neatvers šios nuorodos.",
    },
    reset: {
      subject: "Pasirinkite naują „Plaza“ slaptažodį",
      lead: "Kažkas (turbūt jūs) paprašė naujo slaptažodžio. Nuoroda galioja valandą ir veikia vieną kartą.",
      action: "Pasirinkti naują slaptažodį",
      end: "Tai buvote ne jūs? Nieko nedarykite – slaptažodis liks toks, koks buvo.",
    },
    already: {
      subject: "Jūs jau turite „Plaza“ paskyrą",
      lead: "Kažkas (turbūt jūs) bandė registruotis šiuo adresu. Paskyra su juo jau yra.",
      action: "Prisijungti",
      end: "Pamiršote slaptažodį? Prisijungimo puslapis padės. Tai buvote ne jūs? Nieko nedarykite.",
    },
    changed: {
      subject: "Jūsų „Plaza“ slaptažodis pakeistas",
      lead: "Jūsų slaptažodis ką tik pakeistas, kiti įrenginiai atjungti.",
      action: "Prisijungti",
      end: "Tai buvote ne jūs? Tuoj pat pasirinkite naują slaptažodį per „Pamiršau slaptažodį“.",
    },
  },
};

const escapes: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (found) => escapes[found] ?? found);

const GREETING_NAME_MAX_CHARS = 60;
/** A name as one line: line breaks, control and direction characters are removed. */
const oneLine = (name: string) =>
  name
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .slice(0, GREETING_NAME_MAX_CHARS);

/**
 * Renders a job: subject, and the same content as plain text and as HTML. A mail about a sign-up never has a
 * name: whoever signs up chooses it, and may use the address of somebody else.
 */
export function renderMail(job: MailJob): Mail {
  const { hello, ...templates } = texts[job.language];
  const { subject, lead, action, end } = templates[job.template];
  const name = job.template === "verify" || job.template === "already" ? null : oneLine(job.name ?? "");
  const greeting = hello(name || null);
  const text = `${greeting}\n\n${lead}\n\n${action}: ${job.url}\n\n${end}\n\nPlaza`;
  const html = `<!doctype html><html lang="${job.language}"><body style="margin:0;padding:32px 16px;background:#faf8f5;color:#262320;font:16px/1.5 system-ui,sans-serif"><div style="max-width:480px;margin:0 auto"><p>${escapeHtml(greeting)}</p><p>${escapeHtml(lead)}</p><p style="margin:24px 0"><a href="${escapeHtml(job.url)}" style="display:inline-block;padding:12px 20px;border-radius:10px;background:#0f5f5c;color:#fff;text-decoration:none;font-weight:600">${escapeHtml(action)}</a></p><p style="color:#6b645c">${escapeHtml(end)}</p><p style="color:#6b645c">Plaza</p></div></body></html>`;
  return { id: job.id, to: job.to, subject, text, html };
}
