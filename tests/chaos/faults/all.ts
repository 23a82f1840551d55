import { cutLink } from "./cut-link.ts";
import { cutPair } from "./cut-pair.ts";
import type { Fault } from "./fault.ts";
import { fewDescriptors } from "./few-descriptors.ts";
import { freezeClient } from "./freeze-client.ts";
import { freezeServer } from "./freeze-server.ts";
import { fullClientDisk } from "./full-client-disk.ts";
import { fullDataDisk } from "./full-data-disk.ts";
import { fullDisk } from "./full-disk.ts";
import { killClient } from "./kill-client.ts";
import { killServer } from "./kill-server.ts";
import { loseCarrier } from "./lose-carrier.ts";
import { restartServer } from "./restart-server.ts";
import { slowLink } from "./slow-link.ts";
import { starveDescriptors } from "./starve-descriptors.ts";
import { unmount } from "./unmount.ts";

export const FAULTS: readonly Fault[] = [
  killServer,
  restartServer,
  freezeServer,
  fewDescriptors,
  starveDescriptors,
  killClient,
  freezeClient,
  cutLink,
  cutPair,
  loseCarrier,
  slowLink,
  fullDisk,
  fullDataDisk,
  fullClientDisk,
  unmount,
];
