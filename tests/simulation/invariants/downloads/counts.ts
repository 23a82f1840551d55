import type { Download } from "../../cluster/clients/downloads.ts";
import type { Invariant } from "../invariant.ts";

/** How often something must be counted at least, and may be at most. */
interface Range {
  least: number;
  most: number;
}

/**
 * What the central has counted is what the clients were told: each download that was done and reported counts once, for its
 * file and for its client, and nothing else does. Who raids a secondary may be counted where the secondary has let him in:
 * a key of another time is valid by a clock that is as wrong, and his credential says truly who he is.
 */
export const counts: Invariant = {
  name: "counts are what clients were told",
  watch(cluster, broken) {
    /** How many downloads there were when a database was lost: their counts or reports may have been in it. */
    let uncertain = 0;
    let losses = 0;
    /** The ids of downloads that the central's log says are counted. */
    const logged = new Set<string>();
    cluster.central.machine.onLog((_process, _level, event, message, { download }) => {
      if (event !== "downloaded" || typeof download !== "string") return;
      if (logged.has(download)) broken(`the central counts one download twice: ${message}`);
      logged.add(download);
    });
    return {
      afterEvent: () => {
        if (cluster.databasesLost === losses) return;
        losses = cluster.databasesLost;
        uncertain = cluster.downloads.length;
        logged.clear();
      },
      atEnd: () => {
        for (const kind of ["files", "clients"] as const) {
          const counted = cluster.downloadCounts(kind);
          const ranges = new Map<string, Range>();
          const rangeOf = ({ name, client }: Pick<Download, "name" | "client">) => {
            const key = kind === "files" ? name : client;
            const range = ranges.get(key) ?? { least: 0, most: 0 };
            ranges.set(key, range);
            return range;
          };
          for (const [index, download] of cluster.downloads.entries()) {
            const range = rangeOf(download);
            if (mayCount(download)) range.most += 1;
            if (mustCount(download) && index >= uncertain) range.least += 1;
          }
          for (const { machine, raided } of cluster.clients) {
            for (const name of raided) rangeOf({ name, client: machine.host }).most += 1;
          }
          for (const key of new Set([...counted.keys(), ...ranges.keys()])) {
            const count = counted.get(key) ?? 0;
            const { least, most } = ranges.get(key) ?? { least: 0, most: 0 };
            if (count >= least && count <= most) continue;
            broken(
              `${count} downloads of ${key} are counted, and there were ${least === most ? least : `${least} to ${most}`}`,
            );
          }
        }
      },
    };
  },
};

/** Whether anything was fetched, or found in an earlier part: nothing is counted of a file that was there already. */
function transferred({ finished }: Download): boolean {
  const { receivedBytes = 0, resumedBytes = 0 } = finished?.result ?? {};
  return receivedBytes + resumedBytes > 0;
}

function mustCount(download: Download): boolean {
  return download.state === "done" && !download.unreported && !download.cancelled && transferred(download);
}

function mayCount({ state, id }: Download): boolean {
  return id !== null && (state === "done" || state === "killed" || state === "running");
}
