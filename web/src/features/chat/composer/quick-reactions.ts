/** Offered at once; the whole set comes when it is asked for. */
export const QUICK_REACTIONS = ["👍", "❤️", "😂", "😮", "😢", "🙏"] as const;
