import { SHARED_FOLDER } from "../../cluster/servers/sim-secondary.ts";
import { SimFileSystem } from "../../world/disk/file-system/file-system.ts";
import type { Actor } from "../../world/disk/machine/actor.ts";
import type { MachineDisk } from "../../world/disk/machine/machine-disk.ts";
import type { ActionKind } from "../action.ts";
import { drawMoment, drawName, drawSecondary, drawSize } from "../draws.ts";

type StandIn = "empty mount point" | "empty disk" | "disk with the same folders";

type Params = {
  /** Where another content is put, and where the disk goes when that is to be copied. */
  from: number;
  secondary: number;
  name: string;
  size: number;
  standIn: StandIn;
  /** The disk goes after so many changes of its folder, and so many milliseconds. */
  changes: number;
  afterMs: number;
  /** Milliseconds from the beginning until it is back. */
  lastsMs: number;
};

/** Changes of a folder, at most, that copies of a few files make. */
const MAX_CHANGES = 12;
/** Less than two calls to a disk take: what comes after one is not noticed by the looks before the next. */
const MAX_AFTER_MS = 0.6;
/** Milliseconds in which a copy has begun, if it does. */
const BEGUN_MS = 5000;

/** The disk of a shared folder is taken away while its secondary changes the folder, between two calls to the disk. */
export const takeDiskAway: ActionKind<Params> = {
  name: "take a disk away while its folder changes",
  fault: true,
  weight: 1,
  draw: (random, shape) => ({
    from: drawSecondary(random, shape),
    secondary: drawSecondary(random, shape),
    name: drawName(random),
    size: drawSize(random),
    standIn: random.pick<StandIn>(["empty mount point", "empty disk", "disk with the same folders"]),
    changes: random.below(MAX_CHANGES),
    afterMs: random.between(0, MAX_AFTER_MS),
    lastsMs: BEGUN_MS + drawMoment(random),
  }),
  apply(cluster, { from, secondary: number, name, size, standIn, changes, afterMs, lastsMs }, { quietAt }) {
    const { users, sim } = cluster;
    const at = cluster.secondary(number);
    const { disk } = at.machine;
    const until = Math.min(sim.now + BEGUN_MS, quietAt - 1);
    let left = changes;
    const changed = ({ kind }: Actor) => {
      if (kind !== "process" || left < 0 || sim.now + afterMs >= until) return;
      left -= 1;
      if (left < 0) sim.after(afterMs, () => at.isMounted && exchange(disk, standIn));
    };
    disk.observe({
      made: (_entry, actor) => changed(actor),
      placed: (_entry, _from, actor) => changed(actor),
      taken: (_entry, actor) => changed(actor),
    });
    sim.after(Math.min(lastsMs, quietAt - sim.now), () => at.mountDisk());
    users.put(cluster.secondary(from), name, users.newContent(size), "by rename");
  },
};

function exchange(disk: MachineDisk, standIn: StandIn): void {
  const folders = disk.user.list(SHARED_FOLDER).filter(({ kind }) => kind === "folder");
  disk.unmount(SHARED_FOLDER);
  if (standIn === "empty mount point") return;
  disk.mount(SHARED_FOLDER, new SimFileSystem(disk.sim));
  if (standIn === "empty disk") return;
  for (const { path } of folders) disk.user.makeFolder(`${SHARED_FOLDER}/${path}`);
}
