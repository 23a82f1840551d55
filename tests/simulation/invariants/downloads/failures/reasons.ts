import type { FailureKind } from "../../../../../src/client/downloads/result.ts";
import { CONNECT_TIMEOUT_MS } from "../../../../../src/net/transport/network.ts";
import { NOT_LISTENING_TEXT } from "../../../../../src/net/transport/tcp-errors.ts";
import {
  CENTRAL_HEARTBEAT,
  CENTRAL_RECONNECT,
  GREETING_TIMEOUT_MS,
  SOURCE_RECONNECT,
} from "../../../../../src/protocol/timing.ts";
import { OPEN_TIMEOUT_MS } from "../../../../../src/transfer/request-deadlines.ts";
import { workFilesFor } from "../../../../../src/transfer/sinks/work-files/work-files.ts";
import type { Download } from "../../../cluster/clients/downloads.ts";
import { idOf } from "../../../cluster/people/content.ts";
import type { Hand, HandOnFile, SimCluster } from "../../../cluster/sim-cluster.ts";
import { limitDescriptors } from "../../../scenario/faults/disks/limit-descriptors.ts";
import { jumpClock } from "../../../scenario/faults/machines/jump-clock.ts";
import { killThread } from "../../../scenario/faults/machines/kill-thread.ts";
import { brokenPeer, greedyPeer } from "../../../scenario/faults/network/dishonest.ts";
import { refuseConnections } from "../../../scenario/faults/network/refuse-connections.ts";
import { endCredential } from "../../../scenario/keys/end-credential.ts";
import { revokeKey } from "../../../scenario/keys/revoke-key.ts";
import type { Evidence } from "./evidence.ts";

/** Milliseconds by which a client may give up early, or what it noticed may be older: messages and disks take their time. */
const TOLERANCE_MS = 1000;
/** Milliseconds in which a client is connected with a central that nothing keeps it from, whatever was before. */
const CONNECTED_MS =
  CENTRAL_HEARTBEAT.deadAfterMs +
  CENTRAL_HEARTBEAT.pingAfterMs +
  CONNECT_TIMEOUT_MS +
  GREETING_TIMEOUT_MS +
  CENTRAL_RECONNECT.longestMs +
  TOLERANCE_MS;
/** Milliseconds after which a source that has not answered was asked again at the latest, and has sent a small file. */
const TRIED_AGAIN_MS = OPEN_TIMEOUT_MS + SOURCE_RECONNECT.longestMs + 6000;

/** Milliseconds in which the servers come into step, as far as nothing keeps them from it, and the central serves. */
const IN_STEP_MS = 30_000;
/** The same where a copy is under way: the largest file of a plan comes in a minute where buffers let least through. */
const COPIED_MS = 60_000;
/** Milliseconds that a download waits for another one at most: as long as the program does (src/transfer/sinks/part-file.ts). */
const LOCK_WAIT_MS = 5000;
/** What hands do that change the bytes of a work file. */
const WRITING: readonly Hand[] = ["truncate", "overwrite", "replace"];

/** Said where copies keep the central from serving. */
const STILL_TO_COPY = /^\d+ cop(y|ies) of files still to be made/;
/** Said of whoever did not listen. */
const ABSENT = new RegExp(`cannot connect to (\\S+):\\d+: ${NOT_LISTENING_TEXT}`, "g");

/** Something that a client says of a download that has failed. */
interface Reason {
  readonly says: RegExp;
  readonly kind: FailureKind;
  /** What is the matter with it, if it is not true; null when it may be. */
  lie(download: Download, evidence: Evidence): string | null;
}

/** All that clients may say. */
const REASONS: readonly Reason[] = [
  {
    says: /^(it was cancelled|the download was stopped)$/,
    kind: "failed",
    lie: lieOfStop,
  },
  {
    says: /^there is no file /,
    kind: "no-such-file",
    lie: ({ name, startedAt }, { central }) =>
      central.lacked(name, startedAt) ? null : "the catalogue had it all the time",
  },
  {
    says: / exists with other content: /,
    kind: "failed",
    lie: lieOfExisting,
  },
  {
    says: /^it was replaced or removed while it was being downloaded/,
    kind: "failed",
    lie: ({ name, startedAt, finished }, { central }) =>
      central.lackedVersion(name, finished?.result.id ?? "", startedAt) ? null : "it was the catalogue's all the time",
  },
  {
    says: /^another redes is downloading to /,
    kind: "failed",
    lie: (download, { cluster }) => {
      const others = othersAt(download, cluster, cluster.sim.now - LOCK_WAIT_MS);
      return others.length > 0 ? null : "no other one was";
    },
  },
  {
    says: / has come into being meanwhile: /,
    kind: "failed",
    lie: (download, { cluster }) => {
      const { client, path, startedAt } = download;
      const others = othersAt(download, cluster, startedAt);
      const isThere = path !== null && contentAt(client, path, cluster) !== null;
      return others.length > 0 && isThere ? null : "nobody put it there";
    },
  },
  byHands(/ was changed by somebody while it grew: /, { since: "its beginning", hands: WRITING }),
  byHands(/ was replaced by another file while it grew: /, { since: "this try", hands: ["replace"] }),
  byHands(/ was moved or removed while it grew: /, { since: "this try", hands: ["delete"] }),
  byHands(/ was (written to|replaced) while it got its name: /, { since: "this try", hands: WRITING, orAtName: true }),
  byHands(/ cannot be checked: it has no longer \d+ bytes$/, { since: "this try", hands: WRITING }),
  byHands(/: there is no such file or folder$/, { since: "this try", hands: ["delete", "replace"] }),
  {
    says: /the hasher thread failed: /,
    kind: "failed",
    lie: ({ client, startedAt }, { troubles }) =>
      troubles.amid([client], startedAt, [killThread]) ? null : "no thread has died there",
  },
  {
    says: /: too many open files$/,
    kind: "failed",
    lie: ({ client, startedAt }, { troubles }) =>
      troubles.amid([client], startedAt, [limitDescriptors]) ? null : "it could open files all the time",
  },
  {
    says: /^no secondary has delivered anything for \d+ s/,
    kind: "failed",
    lie: (download, evidence) => lieOfPatience(download, evidence) ?? lieOfSources(download, evidence),
  },
  {
    // Of a name too: while secondaries tell what they have, nobody knows that there is no such file.
    says: /^(there is no file |\d+ of \d+ secondar|secondary .* has not told all|\d+ cop(y|ies) of files still to be made|what the secondaries hold is still being compared|the disk of secondary .* is missing|no secondary is registered)/,
    kind: "failed",
    lie: (download, evidence) => lieOfPatience(download, evidence) ?? lieOfServing(download, evidence),
  },
  {
    says: /^(the central cannot be reached: |the central \S+ has not answered)/,
    kind: "unreachable",
    lie: (download, evidence) => lieOfPatience(download, evidence) ?? lieOfCentral(download, evidence),
  },
];

/**
 * Somebody has laid such hands on the part or the journal of a download: in this try of it, or since it was begun. `orAtName`:
 * or any on what has the name of the finished file.
 */
function byHands(
  says: RegExp,
  options: { readonly since: "this try" | "its beginning"; readonly hands: readonly Hand[]; readonly orAtName?: true },
): Reason {
  const { since, hands, orAtName = false } = options;
  const lie = (download: Download, { cluster }: Evidence) => {
    const { client, path, startedAt } = download;
    const { part, journal } = workFilesFor(path ?? "");
    const finished = cluster.downloads.filter((other) => isBeside(other, download) && hasFinishedPart(other));
    const from = since === "this try" ? startedAt : Math.max(0, ...finished.map(({ endedAt }) => endedAt ?? 0));
    const isOn = (one: HandOnFile) =>
      ([part, journal].includes(one.path) && hands.includes(one.hand)) || (orAtName && one.path === path);
    const isTrue = cluster.hands.some((one) => one.host === client && one.at >= from && isOn(one));
    return isTrue ? null : "nobody laid hands on it";
  };
  return { says, kind: "failed", lie };
}

/** Why what a client says of a failed download is not true; null when it may be. */
export function lieOf(download: Download, evidence: Evidence): string | null {
  const { result, failure } = download.finished ?? {};
  const text = result?.error ?? "";
  if (text === "") return "it has no reason";
  const reason = REASONS.find(({ says, kind }) => kind === failure && says.test(text));
  if (!reason) return `that is no reason for what is called ${failure}`;
  return reason.lie(download, evidence) ?? lieOfAbsence(text, evidence) ?? lieOfPart(download, evidence);
}

/** Somebody is said not to listen who ran all the time, and refused nobody. */
function lieOfAbsence(text: string, { cluster, absences, troubles }: Evidence): string | null {
  const since = cluster.sim.now - TRIED_AGAIN_MS;
  const absent = [...text.matchAll(ABSENT)].map(([, host = ""]) => host);
  const there = absent.find((host) => !absences.any(host, since) && !troubles.amid([host], since, [refuseConnections]));
  return there === undefined ? null : `${there} listened all the time`;
}

/** What has arrived is not where the client says that it is kept. */
function lieOfPart({ client, finished }: Download, { cluster }: Evidence): string | null {
  const { partFile = null } = finished ?? {};
  return partFile === null || contentAt(client, partFile, cluster) !== null ? null : `there is no ${partFile}`;
}

function lieOfStop({ cancelled, client, startedAt }: Download, { troubles }: Evidence): string | null {
  // Whom the central has caught at breaking the protocol it refuses for good, which ends the process.
  return cancelled || troubles.amid([client], startedAt, [brokenPeer, greedyPeer]) ? null : "nobody has stopped it";
}

function lieOfExisting(download: Download, { cluster }: Evidence): string | null {
  if (download.force || download.path === null) return "it was to be replaced";
  const there = contentAt(download.client, download.path, cluster);
  if (there === null) return "nothing is there";
  return idOf(there) === download.finished?.result.id ? "it is what was to be there" : null;
}

/** Somebody was given less time than was said. */
function lieOfPatience({ startedAt, waitMs }: Download, { cluster }: Evidence): string | null {
  const waited = cluster.sim.now - startedAt;
  return waited < waitMs - TOLERANCE_MS ? `it was to wait for ${waitMs / 1000} s` : null;
}

/** A secondary had it for long, and nothing kept the client from having it there. */
function lieOfSources(download: Download, evidence: Evidence): string | null {
  const { name, client, finished } = download;
  const { cluster, troubles, holdings } = evidence;
  const id = finished?.result.id ?? "";
  if (isOfKey(finished?.result.error ?? "", client, evidence)) return null;
  const since = cluster.sim.now - TRIED_AGAIN_MS;
  const central = cluster.central.machine.host;
  const found = cluster.secondaries.find((secondary) => {
    const hosts = [client, central, secondary.machine.host];
    return holdings.hasHad({ secondary, name, id, since }) && !troubles.amid(hosts, since);
  });
  return found ? `secondary ${found.number} had it for long, and nothing was wrong there` : null;
}

/** A client has for as long as it runs the key that it had when it began: what is wrong with that stays wrong. */
function isOfKey(text: string, client: string, { troubles }: Evidence): boolean {
  const hasEnded = /the credential has expired/.test(text) && troubles.amid([client], 0, [endCredential, jumpClock]);
  return hasEnded || (/the key was revoked/.test(text) && troubles.amid([client], 0, [revokeKey]));
}

function lieOfServing(download: Download, { cluster, central, copyWaits, troubles }: Evidence): string | null {
  const { name, startedAt, finished } = download;
  if (!central.refused(startedAt) && !central.lacked(name, startedAt)) return "it served all the time";
  // What a copy waits for has happened before it began to wait.
  const isOfCopies = STILL_TO_COPY.test(finished?.result.error ?? "");
  const since = isOfCopies ? copyWaits.begin() - COPIED_MS : cluster.sim.now - IN_STEP_MS;
  const servers = cluster.servers.map(({ machine }) => machine.host);
  const isDelayed = since < 0 || troubles.amid(servers, since) || cluster.happened.some(({ at }) => at > since);
  return isDelayed ? null : "nothing was wrong with any server for long, and nobody did anything";
}

function lieOfCentral({ client }: Download, { cluster, troubles }: Evidence): string | null {
  const isKept = troubles.amid([client, cluster.central.machine.host], cluster.sim.now - CONNECTED_MS);
  return isKept ? null : "nothing was wrong with either of them, or the way between";
}

/** Whether it has given its part the name: where the file was there already, another one's part stays what it is. */
function hasFinishedPart({ state, finished }: Download): boolean {
  return state === "done" && finished?.present === false;
}

/** Whether another download on the same machine has the same destination. */
function isBeside(other: Download, { number, client, path }: Download): boolean {
  return other.number !== number && other.client === client && other.path === path;
}

/** Downloads beside one that went on at some time since `from`. */
function othersAt(download: Download, { downloads }: SimCluster, from: number): readonly Download[] {
  return downloads.filter(
    (other) => isBeside(other, download) && (other.endedAt === null || other.endedAt >= from - TOLERANCE_MS),
  );
}

/** The bytes of a file on a machine; null where there is none. */
function contentAt(client: string, path: string, { machines }: SimCluster): Uint8Array | null {
  return machines.find(({ host }) => host === client)?.disk.user.read(path) ?? null;
}
