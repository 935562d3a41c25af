import type { Notifications } from "../en/notifications.ts";
import { plural } from "./plural.ts";

export const notifications = {
  title: "Pranešimai",
  bell: "Pranešimai",
  bellUnread: (n) =>
    plural(n, {
      one: "Pranešimai, # neskaitytas",
      few: "Pranešimai, # neskaityti",
      many: "Pranešimai, # neskaityto",
      other: "Pranešimai, # neskaitytų",
    }),
  unread: "Neskaityta",
  markAllRead: "Žymėti skaitytais",
  seeAll: "Rodyti visus",
  none: "Kol kas tylu",
  noneText: "Kai kas nors jums atsakys, pabalsuos, paminės ar pradės sekti, čia sužinosite iš karto.",
  markFailed: "Nepavyko pažymėti skaitytais.",
  arrived: (text) => `Naujas pranešimas: ${text}`,
  someone: "Kažkas",
  post_upvote: "balsavo už jūsų įrašą",
  answer_upvote: "balsavo už jūsų atsakymą",
  post_comment: "pakomentavo jūsų įrašą",
  answered: "atsakė į jūsų klausimą",
  answer_comment: "pakomentavo jūsų atsakymą",
  comment_reply: "atsakė į jūsų komentarą",
  mention: "jus paminėjo",
  new_follower: "pradėjo jus sekti",
  badge_earned: (badge) => `Gavote ženklelį: ${badge}`,
  milestoneUpvotes: (n) =>
    plural(n, {
      one: "Už jus jau # balsas",
      few: "Už jus jau # balsai",
      many: "Už jus jau # balso",
      other: "Už jus jau # balsų",
    }),
  milestoneFollowers: (n) =>
    plural(n, {
      one: "Jus jau seka # žmogus",
      few: "Jus jau seka # žmonės",
      many: "Jus jau seka # žmogaus",
      other: "Jus jau seka # žmonių",
    }),
} satisfies Notifications;
