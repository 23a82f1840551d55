import { availableParallelism } from "node:os";
import { USUAL_JOBS } from "../../client/batch/job-queue.ts";
import { CentralSession } from "../../client/central-session.ts";
import { withoutSessionLines } from "../../client/console/session-lines.ts";
import type { DownloadJobDeps } from "../../client/downloads/download-job-spec.ts";
import { DownloadQueue } from "../../client/downloads/download-queue.ts";
import { VerifiedFilesStore } from "../../client/downloads/verified-files.ts";
import type { SessionObserver } from "../../client/session-observer.ts";
import type { UploadConnectionDeps } from "../../client/uploads/upload-connection.ts";
import { threadHashing } from "../../hashing/hasher-client.ts";
import type { KeyKeeper } from "../../keys/key-keeper.ts";
import type { Address } from "../../net/address/address.ts";
import type { PacedConnectionDeps } from "../../net/pacing/paced-connection.ts";
import { pacedNetwork } from "../../net/pacing/paced-network.ts";
import type { Network } from "../../net/transport/network.ts";
import { tcpNetwork } from "../../net/transport/tcp.ts";
import { systemClock } from "../../platform/clock.ts";
import { systemBlockingDisk } from "../../platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../platform/disk/system-disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { descriptorLimit } from "../../platform/process/descriptor-limit.ts";
import { systemRandom } from "../../platform/random.ts";
import type { Sentence } from "../../sentences/sentence.ts";
import { ConnectionPool, inlineConnections } from "../../transfer/connection/connection-pool.ts";
import { startConnectionsThread } from "../../transfer/connection/connections-thread.ts";
import { NearConnections } from "../../transfer/connection/near-connections.ts";
import { ADVICE, locateCentral } from "../address/locate-central.ts";
import { namedCentral } from "../address/named-central.ts";
import type { Values } from "../flags/values.ts";
import { statePath } from "../history.ts";
import { loadKeys, warnOfEnds } from "../keys.ts";
import { type ClientLimit, clientLimits } from "../limits/limit-flags.ts";
import type { LimitSetting, RateLimits } from "../limits/rate-limits.ts";
import { clientRates } from "../limits/role-rates.ts";
import { checkDescriptors, clientShares } from "../server/descriptor-shares.ts";
import { usualName } from "../usual-name.ts";
import type { CentralRefusal } from "./refusal.ts";

/** Milliseconds for what is under way to end in order when a client is stopped. */
export const STOP_TIMEOUT_MS = 1500;

/** Milliseconds without a central after which a client is told how to name one: it may just be starting. */
const ADVICE_AFTER_MS = 2500;

/** A client's session and its downloads. */
export interface ClientParts {
  readonly session: CentralSession;
  readonly downloads: DownloadQueue;
  /** What each of its downloads and uploads works with. */
  readonly deps: DownloadJobDeps & UploadConnectionDeps;
  /** How many files may be read at once. */
  readonly streams: number;
  readonly limits: RateLimits<ClientLimit>;
  /** Ends session and threads. Downloads must have ended before. */
  stop(): Promise<void>;
}

/** What all client commands take. */
export interface ClientOptions {
  readonly central: Address;
  /** What can be done where no central answers; null: nothing, as its address was given. */
  readonly advice: Sentence | null;
  readonly name: string;
  readonly folder: string;
  /** Null: without keys. */
  readonly keys: KeyKeeper | null;
  readonly limits: LimitSetting<ClientLimit>;
  /** The file that says which files of this machine were verified; null: none does. */
  readonly verifiedFiles: string | null;
  /** Most downloads at once; absent: as usual. */
  readonly jobs?: number;
  /** Whether the process downloads, shows how far it is, and does nothing else: then its main thread may wait for a disk. */
  readonly only?: "downloads";
}

export async function clientOptions(values: Values): Promise<ClientOptions> {
  const named = namedCentral(values);
  const name = values.clientName("name", usualName());
  const folder = values.folder("dir", ".");
  // From the cluster key everything may be done.
  const keys = await loadKeys(values, { role: "client", name, rights: "admin" });
  warnOfEnds(keys);
  const identity = keys?.ring.current.identity;
  return {
    central: await locateCentral(named),
    advice: named.kind === "usual" ? ADVICE : null,
    name: identity?.role === "client" ? identity.name : name,
    folder,
    keys,
    limits: clientLimits(values),
    verifiedFiles: statePath("client-verified-files"),
  };
}

/** `observer`: who hears how the session goes, in the place of the log. */
export function clientParts(
  options: ClientOptions,
  log: Log,
  refused: (refusal: CentralRefusal) => void,
  observer: SessionObserver | null = null,
): ClientParts {
  const { keys, jobs = USUAL_JOBS } = options;
  const ring = keys?.ring ?? null;
  const network = tcpNetwork(systemClock, { keys: ring });
  const base = { clock: systemClock, random: systemRandom, network, log };
  const session = new CentralSession(
    { ...base, ...(observer && { log: withoutSessionLines(log), observer }), revocations: ring?.revocations ?? null },
    options.central,
    options.name,
    refused,
  );
  const limit = descriptorLimit();
  checkDescriptors("client", limit);
  const shares = clientShares(limit);
  const { receiving, sending, limits } = clientRates(options.limits, log);
  const connections = new ConnectionPool(Math.min(shares.threads, availableParallelism()), {
    log,
    start: () => startConnectionsThread(ring, receiving.bucket),
  });
  const hasher = threadHashing(log);
  const verified = new VerifiedFilesStore(options.verifiedFiles);
  const isLimited = () => receiving.holdsBack();
  const near =
    options.only === "downloads"
      ? { near: nearConnections({ clock: systemClock, allowance: () => receiving }, network) }
      : {};
  const deps = { ...base, disk: systemDisk, hasher, connections, ...near, session, verified, isLimited, sending };
  const downloads = new DownloadQueue(deps, Math.min(jobs, shares.downloads));
  session.start();
  limits.start();
  const cancelAdvice = systemClock.after(ADVICE_AFTER_MS, () => {
    if (options.advice !== null && !session.connected) log.info("advice", options.advice);
  });
  keys?.keepRenewed(log);
  return {
    session,
    downloads,
    deps,
    streams: shares.streams,
    limits,
    async stop() {
      cancelAdvice();
      keys?.stop();
      limits.stop();
      session.stop();
      await connections.stop();
      hasher.stop();
    },
  };
}

/** Connections on the main thread, which keep to the same limit as those on the others. */
function nearConnections(pacing: PacedConnectionDeps, network: Network): NearConnections {
  const paced = pacedNetwork(network, pacing);
  const disks = { disk: systemBlockingDisk, backgroundDisk: systemDisk };
  return new NearConnections(inlineConnections({ clock: systemClock, network: paced, ...disks }));
}
