export const mailbox = {
  title: "Local mailbox",
  text: "Mail that Plaza would have sent. It exists on this machine only.",
  empty: "No mail yet",
  emptyText: "Sign up or ask for a new password, and the message lands here.",
  to: "To",
  noSubject: "(no subject)",
  refresh: "Look again",
  back: "All mail",
  links: "Links in this message",
  message: "Message",
};

export type Mailbox = typeof mailbox;
