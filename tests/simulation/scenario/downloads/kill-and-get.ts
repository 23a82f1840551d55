import { CLIENT_FOLDER } from "../../cluster/clients/client-machine.ts";
import type { Hand } from "../../cluster/sim-cluster.ts";
import type { ActionKind } from "../action.ts";
import { drawName, within } from "../draws.ts";
import { layHandsOn } from "../faults/machines/touch-work-file.ts";
import { onceGrowing, onceMarked } from "./growing.ts";

type Params = {
  client: number;
  name: string;
  /** Milliseconds until the client, or its machine, is gone, once something of the file is there: see `hand`. */
  afterMs: number;
  force: boolean;
  how: "kill" | "power loss" | "goes on";
  /**
   * Whether all disks of the machine are synced at that moment, as people do it with `sync`, and the time begins only
   * once the journal says that a piece is there: what is lost then is bytes of pieces, and not the whole download.
   */
  synced: boolean;
  /**
   * What somebody does to what is left of the download, before it goes on. It is broken off only once its journal says that
   * a piece is there: nothing else of it could be believed.
   */
  hand: Hand | "none";
};

/**
 * Milliseconds until a machine is on again, and until somebody has noticed that a client is gone: longer than the step in
 * which a file system counts time. What happens within one step has the same time as what was before.
 */
const OFF_MS = 500;
const NOTICED_MS = 20;
/** Bytes a second. */
const SLOW_RATE = 20_000;

/**
 * A download is broken off in the middle, and the same file is got again: it goes on with what is there. Or only the hand
 * comes in the middle.
 */
export const killAndGet: ActionKind<Params> = {
  name: "break a download off and get again",
  fault: false,
  weight: 2,
  draw: (random, { clients }) => ({
    client: 1 + random.below(clients),
    name: drawName(random),
    afterMs: random.between(0, random.pick([1, 10, 50, 200, 600])),
    force: random.chance(0.7),
    how: random.pick(["kill", "goes on", "power loss"]),
    synced: false,
    hand: random.pick(["none", "none", "overwrite", "replace", "truncate"]),
  }),
  apply(cluster, { client: number, name, afterMs, force, how, synced, hand }, plan) {
    const { sim } = cluster;
    const client = cluster.client(number);
    const command = { names: [name], to: "folder", force, waitMs: 36_000 } as const;
    const process = client.get(command);
    const layHand = () => {
      if (hand !== "none") layHandsOn(cluster, client.machine, { place: 0, hand, ending: ".part" });
    };
    const goOn = () => {
      client.machine.powerOn();
      layHand();
      client.get(command);
    };
    const breakOff = () => {
      sim.after(within(cluster, plan, afterMs), () => {
        if (how === "goes on") return layHand();
        if (how === "kill") process?.ports.process.kill();
        else cluster.losePower(client.machine);
        sim.after(within(cluster, plan, how === "kill" ? NOTICED_MS : OFF_MS), goOn);
      });
    };
    const onceBegun = hand === "none" ? onceGrowing : onceMarked;
    onceBegun(cluster, client, plan, () => {
      // What is still to come takes a while, however little it is.
      if (hand !== "none" && how !== "goes on") process?.limit.setRate(SLOW_RATE);
      if (!synced) return breakOff();
      const { user } = client.machine.disk;
      if (user.isFolder(CLIENT_FOLDER)) user.sync(CLIENT_FOLDER);
      onceMarked(cluster, client, plan, breakOff);
    });
  },
};
