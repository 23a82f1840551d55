import { type Clock, within } from "../../platform/clock.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import { KIB } from "../../platform/units.ts";
import type { Told } from "../../sentences/sentence.ts";
import type { RequestContent } from "../server/router.ts";

/**
 * Milliseconds in which so many bytes of a body must come, or the last of it: a browser that waits for its disk or its line
 * sends nothing for a while.
 */
export const UPLOAD_IDLE_MS = 60_000;
const UPLOAD_STEP_BYTES = 16 * KIB;

/**
 * What came of a body. `whole`: all of it is written; `gone`: the other end has broken off; `silent`: nothing came for too
 * long; `long`: there is more of it than may be; `full`, `failed`: the disk takes no more.
 */
export type Spooled =
  | { readonly kind: "whole"; readonly size: number }
  | { readonly kind: "gone" | "silent" | "long" | "full" }
  | { readonly kind: "failed"; readonly reason: Told };

export interface SpoolingDeps {
  readonly clock: Pick<Clock, "now" | "after">;
  readonly disk: Pick<Disk, "write">;
}

/** Writes a body to an open file as it comes. The next bytes are read when these are written, so that it takes little memory. */
export async function spool(
  { clock, disk }: SpoolingDeps,
  content: Pick<RequestContent, "next">,
  { fd, most }: { readonly fd: number; readonly most: number },
): Promise<Spooled> {
  let waitedMs = 0;
  let stepBytes = 0;
  for (let size = 0; ; ) {
    const began = clock.now();
    const coming = content.next().catch(() => "gone" as const);
    const next = await within(clock, UPLOAD_IDLE_MS - waitedMs, coming);
    waitedMs += clock.now() - began;
    if (next === "gone") return { kind: next };
    if (next === "late" || waitedMs >= UPLOAD_IDLE_MS) return { kind: "silent" };
    if (next === null) return { kind: "whole", size };
    if (size + next.length > most) return { kind: "long" };
    const fault = await written(disk, fd, next, size);
    if (fault) return fault;
    size += next.length;
    stepBytes += next.length;
    if (stepBytes >= UPLOAD_STEP_BYTES) [stepBytes, waitedMs] = [0, 0];
  }
}

async function written(
  disk: Pick<Disk, "write">,
  fd: number,
  bytes: Uint8Array,
  position: number,
): Promise<Spooled | null> {
  try {
    await disk.write(fd, bytes, position);
    return null;
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return error.failure === "full" ? { kind: "full" } : { kind: "failed", reason: error.told };
  }
}
