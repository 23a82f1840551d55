import type { Clock } from "../../platform/clock.ts";
import type { SourceAddress } from "../../protocol/fields.ts";

/** Milliseconds for the central's answer: as long as it may take to be connected again after a lost connection. */
const ANSWER_TIMEOUT_MS = 5000;

export interface HolderQueryDeps {
  readonly clock: Clock;
  /** This secondary's number. */
  readonly number: number;
  readonly central: {
    watch(name: string, id: string): void;
    unwatch(name: string, id: string): void;
  };
}

interface PendingQuery {
  readonly name: string;
  readonly id: string;
  answer(holders: number): void;
}

/** Asks the central how many other secondaries hold a version, one version after the other. */
export class HolderQuery {
  private question: PendingQuery | null = null;

  constructor(private readonly deps: HolderQueryDeps) {}

  /** Resolves with 0 when the central does not answer. To be called again only when the last call has resolved. */
  countOtherHolders(name: string, id: string): Promise<number> {
    const { clock, central } = this.deps;
    return new Promise((resolve) => {
      const answer = (holders: number) => {
        cancel();
        this.question = null;
        central.unwatch(name, id);
        resolve(holders);
      };
      const cancel = clock.after(ANSWER_TIMEOUT_MS, () => answer(0));
      this.question = { name, id, answer };
      central.watch(name, id);
    });
  }

  /** The central says who has a version. */
  sourcesChanged(name: string, id: string, sources: readonly SourceAddress[]): void {
    if (this.question?.name !== name || this.question.id !== id) return;
    this.question.answer(sources.filter(({ number, partial }) => number !== this.deps.number && !partial).length);
  }

  cancel(): void {
    this.question?.answer(0);
  }
}
