/** From the fewest to the most: each has what those before it have. */
export const RIGHTS = ["read", "write", "admin"] as const;

/** What a client may do. */
export type Rights = (typeof RIGHTS)[number];

/** Whether a client with the rights `held` has the right `needed`. */
export function hasRight(held: Rights, needed: Rights): boolean {
  return RIGHTS.indexOf(held) >= RIGHTS.indexOf(needed);
}
