import os from "node:os";
import { UploadDesk } from "../../../src/http/uploads/upload-desk.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { systemDisk } from "../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../src/platform/log/log.ts";
import { systemRandom } from "../../../src/platform/random.ts";
import { WEB_FILES } from "./catalogue.ts";

const ID = "f".repeat(64);

/** Takes whatever comes, and stores nothing: the files are for the one who comes after. */
export function webUploads(): UploadDesk {
  return new UploadDesk({
    ...{ clock: systemClock, random: systemRandom, log: silentLog, disk: systemDisk, folder: os.tmpdir() },
    target: {
      find: async (name) => ({ kind: "found", version: WEB_FILES.find((file) => file.name === name) ?? null }),
      send: ({ name }) => ({ ended: Promise.resolve({ kind: "stored", name, size: 1, id: ID }), stop() {} }),
    },
  });
}
