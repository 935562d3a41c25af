import { Fragment } from "react";

/** A mail's plain text with its web addresses clickable. Text only: a mail's HTML has no business in this page. */
export function MailText({ text }: { text: string }) {
  const parts = text.split(/(https?:\/\/[^\s<>"]+)/);
  return (
    <div className="max-w-[68ch] whitespace-pre-wrap">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a mail never changes
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
