import { expect, test } from "vitest";
import { type MailJob, mailJobSchema } from "./mail.job.ts";
import { renderMail } from "./templates.ts";

const job: MailJob = {
  id: "01a1fa6c-6e48-7fd9-8ac5-a637d49c7abd",
  to: "ona@example.com",
  language: "en",
  template: "verify",
  name: `<Ona> & "Co"`,
  url: "https://plaza.example/api/auth/verify-email?token=a&callbackURL=%2F",
};
const templates = mailJobSchema.shape.template.options;
const languages = mailJobSchema.shape.language.options;

test.each(languages.flatMap((language) => templates.map((template) => [language, template] as const)))(
  "%s %s: text and HTML contain the link, and the escaped name only if the account exists",
  (language, template) => {
    const mail = renderMail({ ...job, language, template });
    expect(mail).toMatchObject({ id: job.id, to: job.to });
    expect(mail.text).toContain(job.url);
    // Whoever signs up chooses the name, and may use the address of somebody else.
    expect(mail.text.includes(String(job.name))).toBe(template === "reset" || template === "changed");
    expect(mail.html).toContain(`href="${job.url.replaceAll("&", "&amp;")}"`);
    expect(mail.html).not.toContain("<Ona>");
    expect(mail.html).toContain(`lang="${language}"`);
    expect(mail.subject).toContain("Plaza");
  },
);

test("every template has its own subject in every language", () => {
  const subjects = languages.flatMap((language) =>
    templates.map((template) => renderMail({ ...job, language, template }).subject),
  );
  expect(new Set(subjects).size).toBe(subjects.length);
});

const HOSTILE = "URGENT\n\nYour account is locked:\r\u2028https://evil.example/unlock\u202e\u0007";
test.each(languages.flatMap((language) => templates.map((template) => [language, template] as const)))(
  "%s %s: a name stays on the line of the greeting, without control or direction characters",
  (language, template) => {
    const { text, html } = renderMail({ ...job, language, template, name: HOSTILE });
    const [greeting = "", blank] = text.split("\n");
    expect(blank).toBe("");
    expect(text.slice(greeting.length)).not.toMatch(/URGENT|evil/);
    expect(`${text}${html}`.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
    expect(text).toBe(
      renderMail({ ...job, language, template, name: HOSTILE.replaceAll(/[^\x20-\x7e]+/g, " ") }).text,
    );
  },
);

test.each(templates)("%s: without a name the greeting has none", (template) => {
  for (const name of [null, "", "\u200b\n"])
    expect(renderMail({ ...job, template, name }).text).toMatch(/^Hello,\n/);
});
