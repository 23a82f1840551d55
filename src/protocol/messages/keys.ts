/** Most revocations that are kept: whoever needs more gives the cluster another key. */
export const MAX_REVOCATIONS = 1000;
