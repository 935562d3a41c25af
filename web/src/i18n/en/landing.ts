export const landing = {
  documentTitle: "Plaza: a town square that is yours",
  // One sentence in two lines.
  headline: ["The town square,", "run by the people in it."],
  lead: "Ask a question and get a real answer. Say what is on your mind and watch the replies arrive. No ads, no trackers, no algorithm between you and the people you follow.",
  join: "Join Plaza",
  signIn: "Sign in",
  points: [
    { title: "Ask and answer", text: "Questions have answers, and the best ones rise by votes you can see." },
    {
      title: "Alive as you read",
      text: "Comments and counts arrive by themselves. What you are reading never jumps.",
    },
    { title: "Yours to run", text: "Your team hosts it in its own cloud account. Your words stay with you." },
  ],
  latestPosts: "Happening now",
  latestPostsText: "Public posts, newest first.",
  more: "Join to see it all",
};

export type Landing = typeof landing;
