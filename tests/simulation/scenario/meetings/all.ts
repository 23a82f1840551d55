import type { ActionKind } from "../action.ts";
import { getFromSilent } from "./get-from-silent.ts";
import { getOnSlowDisk } from "./get-on-slow-disk.ts";
import { getOverOlder } from "./get-over-older.ts";
import { losePowerOnceReplaced } from "./lose-power-once-replaced.ts";
import { loseReceipt } from "./lose-receipt.ts";
import { putUnderCopy } from "./put-under-copy.ts";
import { putWhileKept } from "./put-while-kept.ts";
import { removeUnseen } from "./remove-unseen.ts";
import { takeDiskAway } from "./take-disk-away.ts";
import { writeAndGet } from "./write-and-get.ts";
import { writeOverSlowly } from "./write-over-slowly.ts";

/** What must meet a moment, or something else that happens: themes alone bring it. */
export const MEETINGS: readonly ActionKind[] = [
  putUnderCopy,
  putWhileKept,
  writeOverSlowly,
  removeUnseen,
  getFromSilent,
  getOverOlder,
  getOnSlowDisk,
  writeAndGet,
  loseReceipt,
  takeDiskAway,
  losePowerOnceReplaced,
];
