import type { Identity } from "../../src/keys/identity.ts";
import type { KnownPeer } from "../../src/net/transport/network.ts";

/** Somebody who has come with a credential of this fingerprint. */
export function knownPeer(identity: Identity, fingerprint = "f".repeat(64)): KnownPeer {
  const key = { fingerprint, isClusterKey: false, authority: "a".repeat(64), until: Date.UTC(2100, 0) };
  return { kind: "known", identity, fingerprint, key };
}
