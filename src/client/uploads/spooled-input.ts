import type { Disk } from "../../platform/disk/disk.ts";
import { openNameless } from "../../platform/disk/nameless-file.ts";
import { descriptorPath } from "../../platform/linux/libc.ts";
import type { Random } from "../../platform/random.ts";

/** What came as a stream, as a file. */
export interface SpooledInput {
  readonly path: string;
  /** Nothing of it is left then. */
  close(): Promise<void>;
}

export interface SpoolDeps {
  readonly disk: Pick<Disk, "open" | "remove" | "write" | "close">;
  readonly random: Random;
}

/**
 * Keeps all of a stream on the disk of a folder: nothing of a file can be sent before its size and the hashes of its pieces are
 * known, and what is lost on the way must be there to be sent again. Rejects with DiskError, or as the stream does.
 */
export async function spoolInput(
  { disk, random }: SpoolDeps,
  folder: string,
  input: AsyncIterable<Uint8Array>,
): Promise<SpooledInput> {
  const fd = await openNameless(disk, random, folder, ".redes-put-");
  const close = () => disk.close(fd).catch(() => {});
  try {
    let size = 0;
    for await (const bytes of input) {
      await disk.write(fd, bytes, size);
      size += bytes.length;
    }
    return { path: descriptorPath(fd), close };
  } catch (error) {
    await close();
    throw error;
  }
}
