import { parseFingerprint } from "../../../../src/keys/fingerprint.ts";
import { unaware } from "../../scenario/rest.ts";
import { Troubles } from "../downloads/failures/troubles.ts";
import type { Invariant } from "../invariant.ts";
import { KnownRevocations } from "./known-revocations.ts";
import { RevocationOrders } from "./revocation-orders.ts";
import { sentMessages } from "./sent-messages.ts";

/** Milliseconds after which nobody says a word any more to who has a revoked key. */
const ENDED_MS = 2000;

/**
 * A revoked key lets nobody in. Its sessions end within two seconds at each server that knows of it: the central does when
 * whoever has asked is told that it is done, and secondaries hear of it from the central. A thread of theirs that waits for
 * the disk hears of it when the disk has answered. None forgets it that has its database. Nobody has a key revoked who may not.
 */
export const revokedKeysEnd: Invariant = {
  name: "a revoked key ends",
  watch(cluster, broken) {
    const { keys, sim } = cluster;
    if (!keys) return {};
    const known = new KnownRevocations(cluster);
    const orders = new RevocationOrders(cluster, new Troubles(cluster));
    keys.onMeeting(({ certificate, remoteHost, heardUntil = () => sim.now }, host) => {
      const fingerprint = parseFingerprint(certificate?.fingerprint256 ?? "");
      if (fingerprint === null) return null;
      const refusesSince = () => {
        const since = known.refusesSince(host, fingerprint);
        return since === null || heardUntil() <= since ? null : since;
      };
      // Who comes later is told that he is refused, and nothing else.
      if (refusesSince() !== null) {
        return sentMessages((type) => {
          if (type !== "error") broken(`${host} sends ${remoteHost} ${type}, whose key is revoked`);
        });
      }
      return () => {
        const since = refusesSince();
        if (since === null || sim.now <= since + ENDED_MS) return;
        broken(`${host} goes on with ${remoteHost}, whose key is revoked`);
      };
    });
    return {
      afterEvent: () => {
        for (const wrong of known.look()) broken(wrong);
        for (const wrong of orders.look()) broken(wrong);
      },
      atEnd: () => {
        const known = cluster.central.ports?.keys?.revocations.all ?? [];
        for (const fingerprint of keys.revocations.kept.keys()) {
          if (!known.some((one) => one.fingerprint === fingerprint))
            broken(`the central has forgotten that ${fingerprint} is revoked`);
        }
        for (const fingerprint of keys.revocations.done.keys()) {
          for (const host of unaware(cluster, fingerprint))
            broken(`${host} does not know that ${fingerprint} is revoked`);
        }
      },
    };
  },
};
