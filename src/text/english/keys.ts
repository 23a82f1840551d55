import { type Count, plural } from "../plural.ts";

/** Whose keys there are, and what becomes of them. */
export const keysText = {
  columns: {
    whose: "whose",
    rights: "rights",
    until: "until",
    seen: "seen",
    fingerprint: "fingerprint",
    revoked: "revoked",
  },
  roles: { central: "central", secondary: "secondary", client: "client" },
  none: "nobody has come with a key yet",
  neverSeen: "never seen",
  clusterKey: (who: string) => `${who} (cluster key)`,
  sessionsNow: (count: Count) => `now, ${count} ${plural(Number(count), "session", "sessions")}`,
  notRevoked: (fingerprint: string, why: string) => `${fingerprint} is not revoked: ${why}`,
  revoked: (fingerprint: string, secondaries: string) =>
    `${fingerprint} is revoked, and ${secondaries} told; those that are away are told when they come back`,
  unseen: "nobody has ever come to this central with it: is the fingerprint right?",
};
