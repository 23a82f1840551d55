import type { Central } from "../../central/central.ts";
import { CentralPlaces } from "../../central/http/uploads/central-places.ts";
import { sendUpload } from "../../client/http/uploads/sent-upload.ts";
import { threadHashing } from "../../hashing/hasher-client.ts";
import { UploadDesk } from "../../http/uploads/upload-desk.ts";
import type { Network } from "../../net/transport/network.ts";
import { delay, systemClock } from "../../platform/clock.ts";
import { systemDisk } from "../../platform/disk/system-disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { systemRandom } from "../../platform/random.ts";

/** Milliseconds for uploads to end in order. */
const STOP_TIMEOUT_MS = 1000;

export interface CentralUploads {
  readonly desk: UploadDesk;
  /** Ends what is under way. */
  stop(): Promise<void>;
}

/** Takes files that come to a central over HTTP, keeps each in `folder` for a while, and sends it to a secondary. */
export function centralUploads(central: Central, folder: string, network: Network, log: Log): CentralUploads {
  const ports = { clock: systemClock, random: systemRandom, disk: systemDisk };
  const hasher = threadHashing(log);
  const places = new CentralPlaces({ clock: systemClock, ...central });
  const sending = { ...ports, network, role: "central", hasher, places } as const;
  const desk = new UploadDesk({
    ...{ ...ports, log, folder },
    target: { find: (name, size) => places.find(name, size), send: (file) => sendUpload(sending, file) },
  });
  return {
    desk,
    async stop() {
      await Promise.race([desk.stop(), delay(systemClock, STOP_TIMEOUT_MS)]);
      hasher.stop();
    },
  };
}
