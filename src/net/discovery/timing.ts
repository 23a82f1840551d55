/** Milliseconds until looking for a central is given up. */
export const FIND_TIMEOUT_MS = 3000;
