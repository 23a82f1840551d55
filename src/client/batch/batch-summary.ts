import { saidBytes, saidDuration, saidRate } from "../../platform/units.ts";
import { counted, type Sentence, say } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";

/** What is done with the files of a batch. */
export type Did = "downloaded" | "put";

/** What came of one file: it was moved over the network, was there already, or has failed. */
export interface BatchOutcome {
  readonly kind: "done" | "present" | "failed";
  /** That went over the network for it; what went twice counts once. */
  readonly bytes: number;
}

/** What came of the files of a batch. */
export class BatchSummary {
  /** All, and those of them. */
  private files = 0;
  private done = 0;
  private present = 0;
  private failed = 0;
  private bytes = 0;

  constructor(private readonly did: Did) {}

  add({ kind, bytes }: BatchOutcome): void {
    this.files += 1;
    this.bytes += bytes;
    this[kind] += 1;
  }

  /** In one line for people; null where one file alone has its own. `seconds`: how long all has taken. */
  text(seconds: number): string | null {
    if (this.files < 2) return null;
    const { done, present, failed } = this;
    const moved = say("{bytes} in {duration}, {rate}", {
      ...{ bytes: saidBytes(this.bytes), duration: saidDuration(seconds) },
      rate: saidRate(this.bytes / Math.max(seconds, 0.001)),
    });
    const parts = [
      ...(done > 0 ? [this.doneTold(done, moved)] : []),
      ...(present > 0 ? [say("{present} there already", { present })] : []),
      ...(failed > 0 ? [say("{failed} failed", { failed })] : []),
    ];
    return shown(say("{files}: {parts}", { files: counted(this.files, "file"), parts }));
  }

  private doneTold(count: number, moved: Sentence): Sentence {
    if (this.did === "put") return say("{put} put ({moved})", { put: count, moved });
    return say("{downloaded} downloaded ({came})", { downloaded: count, came: moved });
  }
}
