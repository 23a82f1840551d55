import { dirname } from "node:path";
import { CLIENT_FOLDER } from "../../cluster/clients/client-machine.ts";
import type { Hand } from "../../cluster/sim-cluster.ts";
import { SystemError } from "../../world/disk/errors.ts";
import type { ActionKind } from "../action.ts";
import { onceGrowing } from "../downloads/growing.ts";
import { drawName, drawSecondary, within } from "../draws.ts";
import { HANDS } from "../faults/machines/touch-work-file.ts";
import { presentName } from "../present-name.ts";

/** How a file of long ago is unlike the one of the cluster. */
type Unlike = "begins otherwise" | "ends otherwise" | "shorter" | "longer" | "not at all";

type Params = {
  client: number;
  /** Where the older file is made of. */
  secondary: number;
  name: string;
  unlike: Unlike;
  /** What somebody does to it once the download has begun; null: nothing. */
  hand: Hand | null;
  /** Milliseconds from then. */
  afterMs: number;
};

const OTHER = Buffer.from("as it was long ago");

const OLDER: Readonly<Record<Unlike, (bytes: Uint8Array) => Uint8Array>> = {
  "begins otherwise": (bytes) => Buffer.concat([OTHER, bytes.subarray(OTHER.length)]),
  "ends otherwise": (bytes) => Buffer.concat([bytes.subarray(0, Math.max(0, bytes.length - OTHER.length)), OTHER]),
  shorter: (bytes) => bytes.subarray(0, (bytes.length * 3) >> 2),
  longer: (bytes) => Buffer.concat([bytes, OTHER]),
  "not at all": (bytes) => bytes,
};

/** A file is got by somebody who has an older one in its place, of which some pieces are the same; perhaps it is changed meanwhile. */
export const getOverOlder: ActionKind<Params> = {
  name: "get a file in the place of an older one",
  fault: false,
  weight: 1,
  draw: (random, shape) => ({
    client: 1 + random.below(shape.clients),
    secondary: drawSecondary(random, shape),
    name: drawName(random),
    unlike: random.pick(["begins otherwise", "ends otherwise", "shorter", "longer", "not at all", "not at all"]),
    hand: random.pick([null, "delete", "truncate", "overwrite", "replace"]),
    afterMs: random.below(random.pick([1, 3, 30, 30])),
  }),
  apply(cluster, { client: number, secondary, name: wanted, unlike, hand, afterMs }, plan) {
    const client = cluster.client(number);
    const name = presentName(cluster, secondary, wanted);
    const { disk } = client.machine;
    const path = `${CLIENT_FOLDER}/${name}`;
    const newest = cluster.users.filesOf(cluster.secondary(secondary)).read(name);
    if (!newest || client.machine.isOff || disk.user.isFolder(path)) return;
    asFarAsItGoes(() => {
      disk.user.makeFolder(dirname(path));
      disk.user.replace(path, OLDER[unlike](newest));
    });
    client.get({ names: [name], to: "folder", force: true, waitMs: 36_000 });
    if (hand === null) return;
    const layHand = () => {
      cluster.sim.after(within(cluster, plan, afterMs), () => {
        if (client.machine.isOff || !disk.user.file(path)) return;
        asFarAsItGoes(() => HANDS[hand](disk.user, path));
        cluster.hands.push({ at: cluster.sim.now, host: client.machine.host, path, hand });
      });
    };
    // Of what is there already nothing grows.
    if (unlike === "not at all") layHand();
    else onceGrowing(cluster, client, plan, layHand);
  },
};

/** Does what the disk lets people do. */
function asFarAsItGoes(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
  }
}
