import { dirname, join } from "node:path";
import { CentralStore } from "../../../src/central/store.ts";
import { readLegacyCentralCounts, readLegacyCounts } from "../../../src/platform/legacy-counts.ts";
import { SecondaryStore } from "../../../src/secondary/store.ts";
import { SeededRandom } from "../../simulation/world/random.ts";
import { NUMBERS } from "../scenarios/play.ts";
import type { Recording } from "../scenarios/record.ts";
import type { CrashCheck } from "./crash-check.ts";
import { DatabaseCheck } from "./database-check.ts";
import { DownloadCheck } from "./download-check.ts";
import { SecondaryCheck } from "./secondary-check.ts";

/** All that is checked of a recording. `scratch`: a folder for copies, on a file system on which a sync costs little. */
export function checksOf(recording: Recording, scratch: string): CrashCheck[] {
  const { central, secondaries } = recording;
  const { history, folders } = secondaries[2];
  const { data } = folders;
  const random = new SeededRandom(0);
  return [
    ...recording.downloads.map((downloads) => new DownloadCheck(recording, downloads, scratch)),
    ...NUMBERS.map((number) => new SecondaryCheck(recording, number, scratch)),
    new DatabaseCheck(
      central.history,
      {
        owner: "central",
        volume: dirname(central.data),
        path: join(central.data, "central.sqlite"),
        statistics: join(central.data, "central.json"),
        open: (path) => new CentralStore(path, random),
        readStatistics: readLegacyCentralCounts,
      },
      scratch,
    ),
    new DatabaseCheck(
      history,
      {
        owner: "secondary",
        volume: dirname(data),
        path: join(data, "secondary2.sqlite"),
        statistics: join(data, "secundario2.json"),
        open: (path) => new SecondaryStore(path),
        readStatistics: readLegacyCounts,
      },
      scratch,
    ),
  ];
}
