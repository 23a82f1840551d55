import { STAGING_FOLDER } from "../../../../../src/secondary/folder/marker.ts";
import { CLIENT_FOLDER } from "../../../cluster/clients/client-machine.ts";
import type { SimMachine } from "../../../cluster/machines/sim-machine.ts";
import { SHARED_FOLDER } from "../../../cluster/servers/sim-secondary.ts";
import type { Hand, SimCluster } from "../../../cluster/sim-cluster.ts";
import { SystemError } from "../../../world/disk/errors.ts";
import type { UserFiles } from "../../../world/disk/machine/user-files.ts";
import type { ActionKind } from "../../action.ts";

const WORK_FOLDERS = [`${SHARED_FOLDER}/${STAGING_FOLDER}`, CLIENT_FOLDER];
const WORK_FILE = /\.(part|journal)$/;
/** Bytes that are put where they do not belong. */
const JUNK = Buffer.from("what does not belong here");

/** Somebody lays hands on a part file or a journal of a download or a copy. */
export const touchWorkFile: ActionKind<{ machine: number; place: number; hand: Hand }> = {
  name: "hands on work files",
  fault: true,
  weight: 2,
  draw: (random, { secondaries, clients }) => ({
    machine: 1 + random.below(secondaries + clients),
    place: random.below(10),
    hand: random.pick(["delete", "truncate", "overwrite", "replace"]),
  }),
  apply(cluster, { machine: index, place, hand }) {
    const machine = cluster.machines[index];
    if (machine) layHandsOn(cluster, machine, { place, hand, ending: "" });
  },
};

/** Lays hands on one of a machine's work files whose names end so, if there are any. */
export function layHandsOn(
  cluster: SimCluster,
  { host, disk: { user } }: SimMachine,
  { place, hand, ending }: { place: number; hand: Hand; ending: string },
): void {
  const found = WORK_FOLDERS.flatMap((folder) => workFilesIn(user, folder)).filter((path) => path.endsWith(ending));
  const path = found[place % Math.max(1, found.length)];
  if (path === undefined) return;
  try {
    HANDS[hand](user, path);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    // On such a disk nothing was done; on others a part of it may have been.
    if (error.code === "EROFS") return;
  }
  cluster.hands.push({ at: cluster.sim.now, host, path, hand });
}

/** What somebody does to a file that is there. */
export const HANDS: Readonly<Record<Hand, (user: UserFiles, path: string) => void>> = {
  delete: (user, path) => user.delete(path),
  truncate: (user, path) => user.truncate(path, (user.size(path) ?? 0) >> 1),
  overwrite: (user, path) => user.overwrite(path, (user.size(path) ?? 0) >> 1, JUNK),
  replace: (user, path) => {
    const bytes = new Uint8Array(user.size(path) ?? 0).fill(7);
    user.delete(path);
    user.write(path, bytes);
  },
};

/** The paths of the work files in a folder, if it is there. */
export function workFilesIn(user: UserFiles, folder: string): string[] {
  if (!user.isFolder(folder)) return [];
  const files = user.list(folder).filter(({ kind, path }) => kind === "file" && WORK_FILE.test(path));
  return files.map(({ path }) => `${folder}/${path}`);
}
