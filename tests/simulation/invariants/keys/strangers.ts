import type { X509Certificate } from "node:crypto";
import { type Identity, uriOf } from "../../../../src/keys/identity.ts";
import type { MessageType } from "../../../../src/protocol/messages/messages.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import { parsed } from "../../world/network/tls/chain.ts";
import type { Meeting } from "../../world/network/tls/secured-network.ts";
import type { Invariant } from "../invariant.ts";
import { sentMessages } from "./sent-messages.ts";

/** What somebody may not be told, and why. */
interface Limit {
  readonly why: string;
  forbids(type: MessageType): boolean;
}

/**
 * Nobody without a valid key gets a byte of a file or of the catalogue, or takes a secondary's place: a server tells such a
 * peer that it is refused, and nothing else. Nor does anybody say a word to such a server.
 */
export const strangersGetNothing: Invariant = {
  name: "who has no valid key gets nothing",
  watch(cluster, broken) {
    const { keys, sim } = cluster;
    if (!keys) return {};
    keys.onMeeting((meeting) => {
      const limit = limitOf(meeting, identityOf(cluster, meeting.remoteHost));
      if (!limit) return null;
      if (sim.traced) sim.trace(meeting.remoteHost, `is a stranger: ${limit.why}`);
      return sentMessages((type) => {
        if (limit.forbids(type)) broken(`${meeting.remoteHost} is sent ${type}: ${limit.why}`);
      });
    });
    return {};
  },
};

/** Who is on a machine. */
function identityOf({ machines, keys }: SimCluster, host: string): Identity | null {
  return keys?.holders[machines.findIndex((machine) => machine.host === host)]?.identity ?? null;
}

/** Null for somebody who may be told everything. `there`: who should be at the other end. */
function limitOf({ side, own, now, certificate }: Meeting, there: Identity | null): Limit | null {
  const forbids = (type: MessageType) => side === "connects" || type !== "error";
  const fault = certificate ? faultIn(certificate, own.authorities, now) : "it has shown no certificate";
  if (fault !== null) return { why: fault, forbids };
  const uri = /^URI:(redes:[^,]+)/.exec(certificate?.subjectAltName ?? "")?.[1] ?? "";
  // Several people may use a client's machine.
  const isFine = there?.role === "client" ? uri.startsWith("redes:client/") : there === null || uri === uriOf(there);
  if (isFine || there === null) return null;
  const why = `its certificate is for ${uri}`;
  const isOtherSecondary = there.role === "secondary" && uri.startsWith("redes:secondary/");
  // Another secondary has every file too, but not this one's place.
  if (side === "accepts" && isOtherSecondary) return { why, forbids: (type) => type === "registered" };
  return { why, forbids };
}

function faultIn(
  { issuer, validFrom, validTo }: X509Certificate,
  authorities: readonly string[],
  now: number,
): string | null {
  if (!authorities.some((pem) => parsed(pem).subject === issuer)) return `its certificate is from ${issuer}`;
  if (now < Date.parse(validFrom)) return `its certificate is not valid before ${validFrom}`;
  return now > Date.parse(validTo) ? `its certificate has ended on ${validTo}` : null;
}
