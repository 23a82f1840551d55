import { secondaryStatuses } from "../../../src/central/cluster-status.ts";
import type { SimServer } from "../cluster/servers/sim-server.ts";
import type { SimCluster } from "../cluster/sim-cluster.ts";

/**
 * Simulated milliseconds in which everything must come to rest once nobody does anything and nothing fails. The longest
 * waits of the program that can follow each other: a copy that found an obstacle or no source is tried again after at
 * most 300 s (src/secondary/replication), and an order for it is given again after 180 s (OBSTACLE_RETRY_MS of the
 * central); a minute more is for the copies themselves.
 */
const REST_MS = 540_000;
/** Milliseconds between two looks at whether it is at rest. */
const LOOK_MS = 1000;

/**
 * Puts everything back into order and waits until the cluster is at rest, or {@link REST_MS} are over. Gives what keeps
 * it from being at rest even then; null when nothing does.
 */
export function comeToRest(cluster: SimCluster): string | null {
  const { sim } = cluster;
  cluster.caretaker.putInOrder();
  const end = sim.now + REST_MS;
  while (sim.now < end) {
    sim.runUntil(sim.now + LOOK_MS);
    cluster.caretaker.look();
    if (unrest(cluster) !== null) continue;
    sim.runUntil(sim.now + LOOK_MS);
    if (unrest(cluster) === null) return null;
  }
  return unrest(cluster);
}

/** What keeps the cluster from being at rest, for people; null when nothing does. */
export function unrest(cluster: SimCluster): string | null {
  const running = cluster.downloads.find(({ state }) => state === "running");
  if (running) return `download ${running.number} of ${running.name} goes on`;
  const sent = cluster.uploads.all.find(({ state }) => state === "running");
  if (sent) return `upload ${sent.number} of ${sent.name} goes on`;
  if (cluster.orders.waiting > 0) return "the order of a client is not answered";
  if (cluster.lists.waiting > 0) return "the question of a client is not answered";
  if (cluster.rotation?.isUnderWay) return "the cluster key is being exchanged";
  const central = cluster.central.role;
  if (!cluster.central.started || !central) return "the central does not run";
  const missing = central.serving.missing();
  if (missing !== null) return `the central does not serve: ${missing}`;
  const statuses = secondaryStatuses(central.registry.secondaries, central.figures);
  if (statuses.length < cluster.secondaries.length) return "not all secondaries have registered";
  const behind = statuses.find(({ state }) => state !== "in step");
  if (behind) return `secondary ${behind.number} is ${behind.state} ${behind.obstacle}`;
  const files = statuses.find(
    ({ number, files }) => cluster.users.filesOf(cluster.secondary(number)).all().size !== files,
  );
  if (files) return `secondary ${files.number} has other files than the central knows of`;
  return workUnder(cluster) ?? ignorance(cluster) ?? difference(cluster);
}

/** What somebody is about to do; null where nobody is about to do anything. */
export function workUnder({ central, secondaries }: SimCluster): string | null {
  const { activeCount = 0, waitingCount = 0 } = central.role?.admission ?? {};
  if (activeCount + waitingCount > 0)
    return `${activeCount} downloads are active and ${waitingCount} wait at the central`;
  for (const { number, server, hasReports } of secondaries) {
    if (hasReports) return `secondary ${number} has reports of downloads for the central`;
    const { replicator } = server.role ?? {};
    if (!replicator) continue;
    const copies = replicator.progress().length;
    if (copies + replicator.queued > 0)
      return `secondary ${number} copies ${copies} files, and ${replicator.queued} wait`;
    const { count, files } = replicator.obstacles(1);
    if (count > 0) return `secondary ${number} waits for an obstacle to go: ${files[0]?.name}: ${files[0]?.reason}`;
  }
  return null;
}

/** Who does not know yet which keys are revoked: a secondary that the central cannot reach counts as there until that is noticed. */
function ignorance(cluster: SimCluster): string | null {
  for (const fingerprint of cluster.keys?.revocations.done.keys() ?? []) {
    const [host] = unaware(cluster, fingerprint);
    if (host !== undefined) return `${host} does not know that ${fingerprint} is revoked`;
  }
  return null;
}

/** The machines of secondaries that run and do not know of a revocation; none where the central does not know of it itself. */
export function unaware({ secondaries, central }: SimCluster, fingerprint: string): readonly string[] {
  const knows = ({ ports }: SimServer<unknown>) =>
    ports?.keys?.revocations.all.some((one) => one.fingerprint === fingerprint) ?? false;
  if (!knows(central)) return [];
  return secondaries.flatMap(({ machine, server }) => (server.started && !knows(server) ? [machine.host] : []));
}

/** Where the shared folders differ; null where they do not. */
export function difference({ secondaries, users }: SimCluster): string | null {
  const [first, ...others] = secondaries.map((secondary) => ({ secondary, files: users.filesOf(secondary).all() }));
  if (!first) return null;
  for (const other of others) {
    const names = [...new Set([...first.files.keys(), ...other.files.keys()])].sort();
    const intended = (files: ReadonlyMap<string, string>, name: string) =>
      users.versions.intendedId(files.get(name) ?? "");
    const name = names.find((one) => intended(first.files, one) !== intended(other.files, one));
    if (name !== undefined) return `${name} is not the same at ${first.secondary.number} and ${other.secondary.number}`;
  }
  return null;
}
