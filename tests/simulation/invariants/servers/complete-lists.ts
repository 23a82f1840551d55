import type { Central } from "../../../../src/central/central.ts";
import { GRACE_PERIOD_MS } from "../../../../src/central/registry/catalogue.ts";
import type { AskedList } from "../../cluster/clients/client-lists.ts";
import { SHARED_FOLDER, type SimSecondary } from "../../cluster/servers/sim-secondary.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import { failDatabase } from "../../scenario/faults/machines/fail-database.ts";
import type { SimFile } from "../../world/disk/file-system/inodes.ts";
import type { Invariant } from "../invariant.ts";

/** A file of which a secondary has told the central. */
interface Told {
  readonly secondary: SimSecondary;
  readonly name: string;
  readonly id: string;
  /** What had that name then, and how often it had been changed. */
  readonly file: SimFile;
  readonly changes: number;
}

/** A list that is not answered yet. */
interface Open {
  readonly list: AskedList;
  /** What the central that was there at the question was told by then, and by which secondaries it counted as live. */
  readonly central: Central | null;
  readonly told: readonly Told[];
  readonly live: ReadonlySet<number>;
}

/**
 * A list that a client is given is complete. Each file of which a secondary has told the central, before that was started
 * again too, and which it has still, is in it, where the secondary has told all that it has, or has had no time yet to come
 * back since the central began. Else the central refuses. In the end it gives a list.
 */
export const completeLists: Invariant = {
  name: "a list that is given is complete",
  watch(cluster, broken) {
    const { lists, sim } = cluster;
    let told: readonly Told[] = [];
    let open: Open[] = [];
    let seen = 0;
    let losses = 0;
    let central: Central | null = null;
    let startedAt = 0;
    /** Whether the central still waits for those who were there before it was started. */
    const waits = () => sim.now - startedAt < GRACE_PERIOD_MS && !mayForget(cluster);

    /** What the central that is there now was told comes to what those before it were. */
    const learn = () => {
      const added = central ? toldTo(cluster, central) : [];
      const isKnown = (one: Told) =>
        added.some(({ name, secondary }) => name === one.name && secondary === one.secondary);
      told = [...told.filter((one) => isStillThere(one) && !isKnown(one)), ...added];
      return told;
    };
    const judge = ({ list, central: asked, told: known, live }: Open) => {
      const liveNow = liveOf(central);
      for (const one of known) {
        const { name, secondary } = one;
        if (list.names?.has(name) || !isStillThere(one) || isMeantToGo(cluster, name)) continue;
        const isLive = asked === central && live.has(secondary.number) && liveNow.has(secondary.number);
        if (!isLive && !waits()) continue;
        broken(
          `list ${list.number} of ${list.client} lacks ${name}, which secondary ${secondary.number} has and has told of`,
        );
      }
    };
    return {
      afterEvent: () => {
        const { role } = cluster.central;
        if (role !== central) {
          // What it has in memory is there still.
          learn();
          central = role;
          startedAt = sim.now;
        }
        if (cluster.databasesLost !== losses) {
          losses = cluster.databasesLost;
          told = [];
          open = [];
        }
        for (; seen < lists.all.length; seen++) {
          open.push({ list: lists.all[seen] as AskedList, central, told: learn(), live: liveOf(central) });
        }
        if (open.length === 0 || open.every(({ list }) => list.state === "running")) return;
        for (const one of open) if (one.list.state === "answered") judge(one);
        open = open.filter(({ list }) => list.state === "running");
      },
      atEnd: () => {
        for (const { number, client, state } of lists.all)
          if (state === "running") broken(`list ${number} of ${client} is neither given nor refused`);
        const missing = central?.serving.missingForList() ?? null;
        if (missing !== null) broken("everything is at rest, and the central gives no list");
      },
    };
  },
};

/** What secondaries have told a central, as far as they have it and know it. */
function toldTo({ secondaries }: SimCluster, { registry }: Central): Told[] {
  const names = [...registry.catalogue.after(null)].map(({ name }) => name);
  return secondaries.flatMap((secondary) => {
    const { machine, number } = secondary;
    const known = registry.secondaries.get(number);
    return names.flatMap((name) => {
      const id = known?.lastKnownVersion(name)?.id;
      const file = machine.disk.user.file(`${SHARED_FOLDER}/${name}`);
      if (id === undefined || !file) return [];
      const one = { secondary, name, id, file, changes: file.content.changes };
      return isStillThere(one) ? [one] : [];
    });
  });
}

/** Whether nobody has touched a file since, and the secondary knows it. */
function isStillThere({ secondary, name, id, file, changes }: Told): boolean {
  const isSame = secondary.machine.disk.user.file(`${SHARED_FOLDER}/${name}`) === file;
  return isSame && file.content.changes === changes && secondary.knowsAs(name, id);
}

function liveOf(central: Central | null): ReadonlySet<number> {
  const all = central?.registry.secondaries.sorted() ?? [];
  return new Set(all.filter(({ phase }) => phase === "live").map(({ number }) => number));
}

/** Whether somebody has a file removed, or given another name. */
function isMeantToGo({ users }: SimCluster, name: string): boolean {
  return users.versions.removals.some((removal) => removal.name === name);
}

/** Whether a central may not know after a restart which secondaries there were: it could not store that. */
function mayForget({ happened }: SimCluster): boolean {
  return happened.some(({ kind }) => kind === failDatabase.name);
}
