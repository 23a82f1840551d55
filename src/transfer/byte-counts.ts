import { type Bitmap, bytesOf } from "../protocol/versions/bitmap.ts";
import type { DownloadFigures } from "./download-stats.ts";

type Counts = Pick<DownloadFigures, "doneBytes" | "resumedBytes" | "receivedBytes" | "duplicateBytes" | "retries">;

/** What a download has done so far, in bytes. */
export class Tally {
  /** Here, verified. */
  done = 0;
  received = 0;
  /** Pieces that had to be asked for again. */
  retries = 0;
  private resumed = 0;
  /** Of pieces that are all zeros, which nobody sends. */
  private zeros = 0;

  /** What was there before anything was fetched: by an earlier try, or because it is all zeros. */
  begun(have: Bitmap, zeros: Bitmap, size: number): void {
    this.done = bytesOf(have, size);
    this.zeros = bytesOf(zeros, size);
    this.resumed = this.done - this.zeros;
  }

  /** More that an earlier try has left. */
  found(bytes: number): void {
    this.done += bytes;
    this.resumed += bytes;
  }

  get counts(): Counts {
    const { done, resumed, received, zeros, retries } = this;
    const duplicateBytes = Math.max(0, received - (done - resumed - zeros));
    return { doneBytes: done, resumedBytes: resumed, receivedBytes: received, duplicateBytes, retries };
  }
}
