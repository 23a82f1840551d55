import type { Invariant } from "../invariant.ts";
import { EndedDownloads } from "./ended-downloads.ts";
import { Evidence } from "./failures/evidence.ts";
import { lieOf } from "./failures/reasons.ts";

/** Every download ends: it is done, or it has failed for a reason that is true. A killed one ends with its process. */
export const downloadsEnd: Invariant = {
  name: "every download ends as it must",
  watch(cluster, broken) {
    const { downloads } = cluster;
    const evidence = new Evidence(cluster);
    const endings = new EndedDownloads(downloads);
    return {
      afterEvent: () => {
        evidence.look();
        for (const download of endings.take()) {
          if (download.state !== "failed") continue;
          evidence.central.lookNow();
          const lie = lieOf(download, evidence);
          const { number, name, finished } = download;
          if (lie !== null) broken(`download ${number} of ${name} fails: ${finished?.result.error ?? ""}; ${lie}`);
        }
      },
      atEnd: () => {
        for (const { state, number, name } of downloads) {
          if (state === "running") broken(`download ${number} of ${name} does not end`);
        }
      },
    };
  },
};
