import { dirname, join } from "node:path";
import { CentralStore } from "../../../src/central/store.ts";
import { readLegacyCentralCounts, readLegacyCounts } from "../../../src/platform/legacy-counts.ts";
import { SecondaryStore } from "../../../src/secondary/store.ts";
import { SeededRandom } from "../../simulation/world/random.ts";
import { NUMBERS } from "../scenarios/play.ts";
import type { Recording } from "../scenarios/record.ts";
import type { CrashCheck } from "./crash-check.ts";
import { type CheckedDatabase, DatabaseCheck } from "./database-check.ts";
import { DownloadCheck } from "./download-check.ts";
import { SecondaryCheck } from "./secondary-check.ts";

/** A database in a folder, which is on a volume. */
type InFolder = (volume: string, folder: string) => Omit<CheckedDatabase, "name">;

const centralDatabase: InFolder = (volume, folder) => ({
  volume,
  path: join(folder, "central.sqlite"),
  statistics: join(folder, "central.json"),
  open: (path) => new CentralStore(path, new SeededRandom(0)),
  readStatistics: readLegacyCentralCounts,
});

const secondaryDatabase =
  (number: number): InFolder =>
  (volume, folder) => ({
    volume,
    path: join(folder, `secondary${number}.sqlite`),
    statistics: join(folder, `secundario${number}.json`),
    open: (path) => new SecondaryStore(path),
    readStatistics: readLegacyCounts,
  });

/** All that is checked of a recording. `scratch`: a folder for copies, on a file system on which a sync costs little. */
export function checksOf(recording: Recording, scratch: string): CrashCheck[] {
  const { central, secondaries, downloads, stores } = recording;
  const { history, folders } = secondaries[2];
  const ofCentral = centralDatabase(dirname(central.data), central.data);
  const ofSecondary = secondaryDatabase(2)(dirname(folders.data), folders.data);
  const busyCentral = centralDatabase(stores.central, stores.central);
  const busySecondary = secondaryDatabase(1)(stores.secondary, stores.secondary);
  return [
    ...downloads.map((one) => new DownloadCheck(recording, one, scratch)),
    ...NUMBERS.map((number) => new SecondaryCheck(recording, number, scratch)),
    new DatabaseCheck(central.history, { name: "database of the central", ...ofCentral }, scratch),
    new DatabaseCheck(history, { name: "database of the secondary", ...ofSecondary }, scratch),
    new DatabaseCheck(stores.history, { name: "busy database of a central", ...busyCentral }, scratch),
    new DatabaseCheck(stores.history, { name: "busy database of a secondary", ...busySecondary }, scratch),
  ];
}
