import { decodeJournal } from "../../../../src/transfer/sinks/journal.ts";
import { CLIENT_FOLDER, type ClientMachine } from "../../cluster/clients/client-machine.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import type { UserFiles } from "../../world/disk/machine/user-files.ts";
import type { Plan } from "../action.ts";
import { workFilesIn } from "../faults/machines/touch-work-file.ts";
import { pollWithin } from "../poll-within.ts";

const POLLING = { intervalMs: 1, patienceMs: 3000 } as const;

/** Does something once an unfinished download of a client has bytes, or after three seconds. */
export function onceGrowing(cluster: SimCluster, client: ClientMachine, plan: Plan, then: () => void): void {
  const isGrowing = (user: UserFiles, path: string) => path.endsWith(".part") && (user.size(path) ?? 0) > 0;
  once(cluster, client, plan, isGrowing, then);
}

/** Does something once the journal of an unfinished download of a client has a mark, or after three seconds. */
export function onceMarked(cluster: SimCluster, client: ClientMachine, plan: Plan, then: () => void): void {
  const isMarked = (user: UserFiles, path: string) =>
    path.endsWith(".journal") && (decodeJournal(user.read(path) ?? new Uint8Array())?.have.size ?? 0) > 0;
  once(cluster, client, plan, isMarked, then);
}

function once(
  cluster: SimCluster,
  { machine }: ClientMachine,
  plan: Plan,
  isSo: (user: UserFiles, path: string) => boolean,
  then: () => void,
): void {
  const { user } = machine.disk;
  pollWithin(cluster, plan, POLLING, () => workFilesIn(user, CLIENT_FOLDER).some((path) => isSo(user, path)), then);
}
