import { setPipeSize } from "../../platform/linux/stream-calls.ts";
import { MIB } from "../../platform/units.ts";

/** Makes stdout ready for a whole file: with the usual 64 KiB, writer and reader of a pipe wait for each other all the time. */
export function widenStdout(): void {
  // The most that any user may have.
  setPipeSize(process.stdout.fd, MIB);
}
