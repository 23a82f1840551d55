import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** What came from stdin, as a file. */
export interface SpooledStdin {
  readonly path: string;
  /** Removes it. */
  remove(): Promise<void>;
}

/**
 * Keeps all of stdin in a folder: nothing of a file can be sent before its size and the hashes of its pieces are known, and
 * what is lost on the way must be there to be sent again. Rejects when the disk refuses, or with the `signal`.
 */
export async function spoolStdin(folder: string, signal: AbortSignal): Promise<SpooledStdin> {
  const own = await mkdtemp(join(folder, ".redes-put-"));
  const remove = () => rm(own, { recursive: true, force: true });
  const path = join(own, "stdin");
  try {
    await pipeline(process.stdin, createWriteStream(path, { mode: 0o600 }), { signal });
    return { path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
