import type { ActionKind } from "../action.ts";

import { diskErrors } from "./disks/disk-errors.ts";
import { fillDisk } from "./disks/fill-disk.ts";
import { flipAtRest } from "./disks/flip-at-rest.ts";
import { flipReads } from "./disks/flip-reads.ts";
import { hangDisk } from "./disks/hang-disk.ts";
import { limitDescriptors } from "./disks/limit-descriptors.ts";
import { protectFolder } from "./disks/protect-folder.ts";
import { pullDisk } from "./disks/pull-disk.ts";
import { readOnlyDisk } from "./disks/read-only-disk.ts";
import { slowDisk } from "./disks/slow-disk.ts";
import { tightDisk } from "./disks/tight-disk.ts";
import { unmountDisk } from "./disks/unmount-disk.ts";
import { failDatabase } from "./machines/fail-database.ts";
import { getOften } from "./machines/get-often.ts";
import { jumpClock } from "./machines/jump-clock.ts";
import { killServer } from "./machines/kill-server.ts";
import { killThread } from "./machines/kill-thread.ts";
import { loseData } from "./machines/lose-data.ts";
import { losePower } from "./machines/lose-power.ts";
import { restartServer } from "./machines/restart-server.ts";
import { stopProcess } from "./machines/stop-process.ts";
import { touchWorkFile } from "./machines/touch-work-file.ts";
import { NETWORK_FAULTS } from "./network/all.ts";

/** Everything that can go wrong. */
export const FAULTS: readonly ActionKind[] = [
  killServer,
  restartServer,
  losePower,
  loseData,
  failDatabase,
  stopProcess,
  touchWorkFile,
  killThread,
  jumpClock,
  fillDisk,
  readOnlyDisk,
  slowDisk,
  getOften,
  hangDisk,
  diskErrors,
  flipAtRest,
  flipReads,
  limitDescriptors,
  unmountDisk,
  pullDisk,
  protectFolder,
  ...NETWORK_FAULTS,
];

/** Faults that show nothing unless certain others come with them: themes alone bring them. */
export const THEMED_FAULTS: readonly ActionKind[] = [tightDisk];
