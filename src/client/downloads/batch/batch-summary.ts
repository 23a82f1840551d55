import { saidBytes, saidDuration, saidRate } from "../../../platform/units.ts";
import { counted, say } from "../../../sentences/sentence.ts";
import { shown } from "../../../text/shown/sentence.ts";
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
    const { downloaded, present, failed } = this;
    const came = say("{bytes} in {duration}, {rate}", {
      ...{ bytes: saidBytes(this.cameBytes), duration: saidDuration(seconds) },
      rate: saidRate(this.cameBytes / Math.max(seconds, 0.001)),
    });
    const parts = [
      ...(downloaded > 0 ? [say("{downloaded} downloaded ({came})", { downloaded, came })] : []),
      ...(present > 0 ? [say("{present} there already", { present })] : []),
      ...(failed > 0 ? [say("{failed} failed", { failed })] : []),
    ];
    return shown(say("{files}: {parts}", { files: counted(this.files, "file"), parts }));
  }
}
