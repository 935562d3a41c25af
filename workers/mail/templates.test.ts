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
  "%s %s: text and HTML contain the link, and the escaped name only if the address is confirmed",
  (language, template) => {
    const mail = renderMail({ ...job, language, template });
    expect(mail).toMatchObject({ id: job.id, to: job.to });
    expect(mail.text).toContain(job.url);
    // Whoever signs up chooses the name, and may use the address of somebody else.
    expect(mail.text.includes(job.name)).toBe(template !== "verify");
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
