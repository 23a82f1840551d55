import { type Bitmap, bytesOf } from "../protocol/versions/bitmap.ts";
import type { DownloadStats } from "./download-stats.ts";

type Counts = Pick<DownloadStats, "doneBytes" | "resumedBytes" | "receivedBytes" | "duplicateBytes" | "retries">;

/** What a download has done so far, in bytes. */
export class ByteCounts {
  /** Of pieces that are here and verified. */
  doneBytes = 0;
  receivedBytes = 0;
  /** Pieces that had to be asked for again. */
  retries = 0;
  private resumedBytes = 0;
  /** Of pieces that are all zeros, which nobody sends. */
  private zeroBytes = 0;

  /** The pieces that are here before any is fetched: from an earlier download, or because they are all zeros. */
  setInitial(have: Bitmap, zeros: Bitmap, size: number): void {
    this.doneBytes = bytesOf(have, size);
    this.zeroBytes = bytesOf(zeros, size);
    this.resumedBytes = this.doneBytes - this.zeroBytes;
  }

  /** One more piece from an earlier download. */
  addResumed(bytes: number): void {
    this.doneBytes += bytes;
    this.resumedBytes += bytes;
  }

  get stats(): Counts {
    const { doneBytes: done, resumedBytes: resumed, receivedBytes: received, zeroBytes: zeros, retries } = this;
    const duplicateBytes = Math.max(0, received - (done - resumed - zeros));
    return { doneBytes: done, resumedBytes: resumed, receivedBytes: received, duplicateBytes, retries };
  }
}
