import { Fragment } from "react";

/**
 * The plain text of a mail with clickable web addresses. A mail's HTML is never rendered, because it could
 * run scripts.
 */
export function MailText({ text }: { text: string }) {
  const parts = text.split(/(https?:\/\/[^\s<>"]+)/);
  return (
    <div className="max-w-[68ch] whitespace-pre-wrap">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the text of a mail is immutable
        <Fragment key={index}>
          {index % 2 === 1 ? (
            <a href={part} className="break-all text-accent underline underline-offset-4">
              {part}
            </a>
          ) : (
            part
          )}
        </Fragment>
      ))}
    </div>
  );
}
