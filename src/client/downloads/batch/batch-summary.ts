import { formatBytes, formatDuration, formatRate, plural } from "../../../platform/units.ts";
import type { FinishedDownload } from "../result.ts";

/** What came of the files of a batch. */
export class BatchSummary {
  /** All, and those of them. */
  private files = 0;
  private downloaded = 0;
  private present = 0;
  private failed = 0;
  /** Of files: what came twice counts once. */
  private cameBytes = 0;

  add({ failure, present, result }: FinishedDownload): void {
    this.files += 1;
    this.cameBytes += result.receivedBytes - result.duplicateBytes;
    if (failure !== null) this.failed += 1;
    else if (present) this.present += 1;
    else this.downloaded += 1;
  }

  /** In one line for people; null where one file alone has its own. `seconds`: how long all has taken. */
  text(seconds: number): string | null {
    if (this.files < 2) return null;
    const rate = formatRate(this.cameBytes / Math.max(seconds, 0.001));
    const came = `${formatBytes(this.cameBytes)} in ${formatDuration(seconds)}, ${rate}`;
    const parts = [
      this.downloaded > 0 ? `${this.downloaded} downloaded (${came})` : "",
      this.present > 0 ? `${this.present} there already` : "",
      this.failed > 0 ? `${this.failed} failed` : "",
    ];
    return `${plural(this.files, "file")}: ${parts.filter((part) => part !== "").join(", ")}`;
  }
}
