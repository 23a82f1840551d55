import type { Moment } from "../model/history.ts";
import { NotThereError } from "./history-builder.ts";
import type { SystemCall } from "./system-call.ts";

/** Calls that give names and do nothing else. */
const GIVES_NAME = /^(mkdir|rename|link)/;

/** The calls of a trace, which are applied in the order in which their ends were seen. */
export class TracedProgram {
  /** Calls that were applied before their turn. */
  private readonly early = new Set<number>();
  /** Since when as many calls have ended as the index says. */
  private readonly moments: Moment[];

  constructor(
    readonly calls: readonly SystemCall[],
    /** Its `began` is a moment of the history. */
    private readonly applyCall: (call: SystemCall) => void,
    start: Moment,
  ) {
    this.moments = [start];
  }

  apply(index: number, now: Moment): void {
    this.moments.push(now);
    if (!this.early.delete(index)) this.applyAfterOthers(index);
  }

  /**
   * Ends of calls of two threads may be seen in the other order: a folder is made, another thread makes one in it, and the end
   * of this is seen first. So where something is not there, the calls under way that can be applied come first.
   */
  private applyAfterOthers(index: number): void {
    try {
      this.applyNow(index);
    } catch (error) {
      if (!(error instanceof NotThereError)) throw error;
      const other = this.underWay(index).find((one) => this.canApply(one));
      if (other === undefined) throw error;
      this.early.add(other);
      this.applyAfterOthers(index);
    }
  }

  private canApply(index: number): boolean {
    try {
      this.applyNow(index);
      return true;
    } catch (error) {
      if (error instanceof NotThereError) return false;
      throw error;
    }
  }

  private applyNow(index: number): void {
    const call = this.calls[index];
    if (call) this.applyCall({ ...call, began: this.moments[call.began] ?? 0 });
  }

  /** Calls that give names, had begun when a call ended, and had not ended themselves. */
  private underWay(index: number): number[] {
    const later = [...this.calls.keys()].slice(index + 1);
    return later.filter((other) => {
      const call = this.calls[other];
      return call && call.began <= index && GIVES_NAME.test(call.name) && !this.early.has(other);
    });
  }
}
