import type { Receipt } from "../clients/receipt.ts";
import type { ChaosLog } from "../world/log.ts";
import type { Verdict } from "../world/verdict.ts";
import { INVARIANTS } from "./all.ts";
import type { Observed } from "./invariant.ts";

/** Milliseconds between two looks at what must come to hold. */
const LOOK_MS = 500;

/** Milliseconds between two lines about what is still waited for. */
const TELL_MS = 10_000;

/** Checks all invariants, and tells the verdict what is broken. */
export class Checker {
  constructor(
    private readonly observed: Observed,
    private readonly log: ChaosLog,
    private readonly verdict: Verdict,
  ) {}

  downloadEnded(receipt: Receipt, before: Receipt | null): void {
    for (const { name, afterDownload } of INVARIANTS) this.tell(name, afterDownload?.(this.observed, receipt, before));
  }

  /** Waits until all holds that must come to hold; tells the verdict what does not in `boundMs` milliseconds. */
  async settle(boundMs: number): Promise<void> {
    const end = performance.now() + boundMs;
    let nextLine = performance.now() + TELL_MS;
    for (;;) {
      const late = performance.now() > end;
      const wrong = await Promise.all(INVARIANTS.map(({ comesToHold }) => comesToHold?.(this.observed) ?? null));
      if (wrong.every((one) => one === null)) return;
      if (late) {
        for (const [index, { name }] of INVARIANTS.entries()) this.tell(name, wrong[index]);
        return;
      }
      if (performance.now() > nextLine) {
        nextLine += TELL_MS;
        this.log.line("waiting", wrong.filter((one) => one !== null).join("; "));
      }
      await Bun.sleep(LOOK_MS);
    }
  }

  atRest(): void {
    for (const { name, atRest } of INVARIANTS) this.tell(name, atRest?.(this.observed));
  }

  private tell(invariant: string, wrong: string | null | undefined): void {
    if (wrong) this.verdict.broken(invariant, wrong);
  }
}
