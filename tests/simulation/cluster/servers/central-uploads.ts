import { tmpdir } from "node:os";
import type { Central } from "../../../../src/central/central.ts";
import { CentralPlaces } from "../../../../src/central/http/uploads/central-places.ts";
import { sendUpload } from "../../../../src/client/http/uploads/sent-upload.ts";
import type { UploadPlaces } from "../../../../src/client/uploads/upload-places.ts";
import { UploadDesk } from "../../../../src/http/uploads/upload-desk.ts";
import { delay } from "../../../../src/platform/clock.ts";
import type { ProcessPorts } from "../machines/process-ports.ts";
import { simHashing } from "../machines/worker-threads.ts";

/** Where a central keeps what comes over HTTP. */
export const SPOOL_FOLDER = tmpdir();
/** Milliseconds for uploads to end in order (src/cli/server/uploads.ts). */
const STOP_TIMEOUT_MS = 1000;

/** What takes files over HTTP in the process of a central. */
export interface CentralUploads {
  readonly ports: ProcessPorts;
  readonly desk: UploadDesk;
  /** Is called with what a name had when somebody was first told where its file goes. */
  placed(name: string, base: string | null): void;
  stop(): Promise<void>;
}

/** Makes the objects that src/cli/server/uploads.ts makes. */
export function centralUploads(ports: ProcessPorts, central: Central): CentralUploads {
  const { clock, random, network, log, files } = ports;
  const hasher = simHashing(ports);
  const decided = new CentralPlaces({ clock, ...central });
  const places: UploadPlaces = {
    async place(wanted) {
      const place = await decided.place(wanted);
      uploads.placed(wanted.name, place.base);
      return place;
    },
    holders: (...file) => decided.holders(...file),
  };
  const sending = { clock, random, disk: files.disk, network, role: "central", hasher, places } as const;
  const desk = new UploadDesk({
    ...{ clock, random, log, disk: files.disk, folder: SPOOL_FOLDER },
    target: { find: (name, size) => decided.find(name, size), send: (file) => sendUpload(sending, file) },
  });
  const uploads: CentralUploads = {
    ...{ ports, desk },
    placed: () => {},
    async stop() {
      await Promise.race([desk.stop(), delay(clock, STOP_TIMEOUT_MS)]);
      hasher.stop();
    },
  };
  return uploads;
}
