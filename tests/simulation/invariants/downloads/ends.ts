import { SOURCE_RECONNECT } from "../../../../src/protocol/timing.ts";
import { OPEN_TIMEOUT_MS } from "../../../../src/transfer/request-deadlines.ts";
import type { Download } from "../../cluster/clients/downloads.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import type { Invariant } from "../invariant.ts";
import { CatalogueHistory } from "./catalogue-history.ts";

/** Milliseconds that a client or a server takes to notice what happened at most: heartbeats end after 15 s, backoffs after 30 s. */
const AFTERMATH_MS = 60_000;
/** Milliseconds by which a client may give up early: the time of its timers and that of messages. */
const TOLERANCE_MS = 1000;
/** Milliseconds after which a source that has not answered was asked again at the latest, and has sent a small file. */
const TRIED_AGAIN_MS = OPEN_TIMEOUT_MS + SOURCE_RECONNECT.longestMs + 6000;

/** Every download ends: it is done, or it has failed for a reason that is true. A killed one ends with its process. */
export const downloadsEnd: Invariant = {
  name: "every download ends as it must",
  watch(cluster, broken) {
    const { downloads } = cluster;
    const history = new CatalogueHistory(cluster);
    const judged = new Set<Download>();
    return {
      afterEvent: () => {
        history.look();
        for (const download of downloads) {
          if (download.state !== "failed" || judged.has(download)) continue;
          judged.add(download);
          history.lookNow();
          const lie = lieOf(cluster, history, download);
          if (lie !== null)
            broken(`download ${download.number} of ${download.name} fails: ${reasonOf(download)}; ${lie}`);
        }
      },
      atEnd: () => {
        for (const { state, number, name } of downloads) {
          if (state === "running") broken(`download ${number} of ${name} does not end`);
        }
      },
    };
  },
};

function reasonOf({ finished }: Download): string {
  return finished?.result.error ?? "";
}

/** Why the reason of a failed download is not true; null when it may be. */
function lieOf(cluster: SimCluster, history: CatalogueHistory, download: Download): string | null {
  const { name, startedAt, cancelled, force, path, client, finished, waitMs } = download;
  const reason = reasonOf(download);
  const { now } = cluster.sim;
  const id = finished?.result.id ?? null;
  if (reason === "") return "it has no reason";
  if (reason === "it was cancelled" || reason === "the download was stopped")
    return cancelled || brokeTheProtocol(cluster, download) ? null : "nobody has stopped it";
  if (finished?.failure === "no-such-file") {
    return history.lacked(name, startedAt) ? null : "the catalogue had it all the time";
  }
  if (reason.includes("exists with other content")) return force || path === null ? "it was to be replaced" : null;
  if (reason.includes("replaced or removed while it was being downloaded")) {
    return id === null || history.lackedVersion(name, id, startedAt) ? null : "it was the catalogue's all the time";
  }
  if (reason.includes("another redes is downloading") || reason.includes("has come into being meanwhile")) {
    const others = cluster.downloads.filter(
      (other) => other !== download && other.client === client && other.path === path,
    );
    const met = others.some(({ endedAt }) => endedAt === null || endedAt >= startedAt - TOLERANCE_MS);
    return met || touched(cluster, download) ? null : "no other one was";
  }
  if (reason.includes("was changed by somebody while it grew"))
    return mayBeChanged(cluster) ? null : "nobody lays hands on parts, and no disk gives other bytes than were written";
  const waits = /has not delivered|no secondary has delivered|the central/.test(reason);
  if (waits && now - startedAt < waitMs - TOLERANCE_MS) return `it was to wait for ${waitMs / 1000} s`;
  if (reason.includes("no secondary has delivered") && id !== null && wasToBeHad(cluster, history, name, id))
    return "it was to be had for long";
  return troubled(cluster, download) ? null : "nothing has gone wrong";
}

/** Whether a fault was at work at a time that this download can have noticed. */
function troubled({ happened, shape }: SimCluster, { startedAt }: Download): boolean {
  // With few servers running at first there may be nobody to ask.
  if (shape.expected > 0 && startedAt < AFTERMATH_MS) return true;
  return happened.some(({ at, fault }) => fault && at > startedAt - AFTERMATH_MS);
}

/**
 * Whether everything was in order, and the catalogue had the version, for so long that a source which did not answer at
 * first was asked again, and had the time to answer.
 */
function wasToBeHad({ caretaker, sim }: SimCluster, history: CatalogueHistory, name: string, id: string): boolean {
  const since = history.heldSince(name, id);
  const { inOrderSince } = caretaker;
  return since !== null && inOrderSince !== null && sim.now - Math.max(since, inOrderSince) > TRIED_AGAIN_MS;
}

/** Whether somebody, or a disk, may have changed what a download wrote. What a power loss takes must be read before. */
function mayBeChanged({ happened }: SimCluster): boolean {
  return happened.some(({ kind, params }) => {
    const isHand = params !== null && typeof params === "object" && "hand" in params && params.hand !== "none";
    return isHand || /flip|disk errors/.test(kind);
  });
}

/** Whether the client broke the protocol: the central refuses it for good, which ends its process. */
function brokeTheProtocol({ happened, machines }: SimCluster, { client }: Download): boolean {
  return happened.some(({ kind, params }) => {
    const isUnruly = kind === "broken peer" || kind === "greedy peer";
    if (!isUnruly || params === null || typeof params !== "object" || !("machine" in params)) return false;
    return machines[Number(params.machine)]?.host === client;
  });
}

/** Whether a foreign hand was at work on the client's machine. */
function touched({ happened }: SimCluster, { startedAt }: Download): boolean {
  return happened.some(({ at, kind }) => at >= startedAt && kind.includes("part"));
}
