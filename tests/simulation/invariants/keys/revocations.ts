import { parseFingerprint } from "../../../../src/keys/fingerprint.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import type { Json } from "../../scenario/action.ts";
import { loseData } from "../../scenario/faults/machines/lose-data.ts";
import { Troubles } from "../downloads/failures/troubles.ts";
import type { Invariant } from "../invariant.ts";
import { KnownRevocations } from "./known-revocations.ts";
import { sentMessages } from "./sent-messages.ts";

/** Milliseconds after which nobody says a word any more to who has a revoked key. */
const ENDED_MS = 2000;
/** Milliseconds before a revocation in which nothing may have been wrong with a secondary that hears of it at once. */
const CALM_MS = 60_000;

/**
 * A revoked key lets nobody in. Its sessions end within two seconds at each server that knows of it: the central does when
 * whoever has asked is told that it is done, and secondaries hear of it from the central. None forgets it. Nobody has a key
 * revoked who may not.
 */
export const revokedKeysEnd: Invariant = {
  name: "a revoked key ends",
  watch(cluster, broken) {
    const { keys, sim } = cluster;
    if (!keys) return {};
    const known = new KnownRevocations(cluster);
    const troubles = new Troubles(cluster);
    /** Orders that were looked at, and those that were done and of which it is still to be seen who has heard. */
    let seen = 0;
    const open: { readonly fingerprint: string; readonly at: number }[] = [];
    keys.onMeeting(({ certificate, remoteHost }, host) => {
      const fingerprint = parseFingerprint(certificate?.fingerprint256 ?? "");
      if (fingerprint === null) return null;
      const isOver = () => {
        const since = known.refusesSince(host, fingerprint);
        return since !== null && sim.now > since + ENDED_MS;
      };
      if (!isOver()) {
        return () => {
          if (isOver()) broken(`${host} goes on with ${remoteHost}, whose key is revoked`);
        };
      }
      return sentMessages((type) => {
        if (type !== "error") broken(`${host} sends ${remoteHost} ${type}, whose key is revoked`);
      });
    });
    return {
      afterEvent: () => {
        for (const forgotten of known.look()) broken(forgotten);
        const { orders } = keys.revocations;
        for (; seen < orders.length; seen++) {
          const order = orders[seen];
          if (order?.outcome === "revoked") open.push({ fingerprint: order.fingerprint, at: sim.now });
          const isRight = order?.rights === "admin";
          if (!isRight && order?.outcome === "revoked")
            broken(`a ${order.rights} credential revokes ${order.fingerprint}`);
        }
        while (open[0] && sim.now > open[0].at + ENDED_MS) {
          const { fingerprint, at } = open.shift() ?? { fingerprint: "", at: 0 };
          for (const host of unaware(cluster, fingerprint)) {
            const hosts = [host, cluster.central.machine.host];
            if (!troubles.amid(hosts, at - CALM_MS)) broken(`${host} was not told that ${fingerprint} is revoked`);
          }
        }
      },
      atEnd: () => {
        const isLost = cluster.happened.some(({ kind, params }) => kind === loseData.name && isOfCentral(params));
        for (const fingerprint of isLost ? [] : keys.revocations.done.keys()) {
          const central = cluster.central.ports?.keys?.revocations.all ?? [];
          if (!central.some((one) => one.fingerprint === fingerprint))
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

function isOfCentral(params: Json): boolean {
  return typeof params === "object" && params !== null && "server" in params && params.server === 0;
}

/** Secondaries that run and do not know of a revocation; none where the central may have lost it with its database. */
function unaware({ secondaries, central }: SimCluster, fingerprint: string): readonly string[] {
  if (!central.ports?.keys?.revocations.all.some((one) => one.fingerprint === fingerprint)) return [];
  return secondaries.flatMap(({ machine, server }) => {
    const { ports, started } = server;
    const knows = ports?.keys?.revocations.all.some((one) => one.fingerprint === fingerprint) ?? true;
    return started && !knows ? [machine.host] : [];
  });
}
