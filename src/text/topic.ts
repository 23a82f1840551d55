/** What commands of consoles are about, in the order in which help shows them. */
export const TOPICS = ["files", "downloads", "cluster", "statistics", "keys", "console"] as const;

export type Topic = (typeof TOPICS)[number];
