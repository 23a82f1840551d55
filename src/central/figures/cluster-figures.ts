import type { CopiesLeft } from "../../protocol/messages/client.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { SecondaryView } from "../registry/secondary-table.ts";
import { type Flow, NO_FLOW, SecondaryFigures } from "./secondary-figures.ts";

/** What of a secondary's figures others may know. */
export type FiguresView = Pick<SecondaryFigures, "isKnown" | "room" | "kept" | "repairs" | "rates" | "totals">;

/** What others may ask about the figures of secondaries. */
export interface FiguresDirectory {
  of(number: number): FiguresView;
  left(secondary: Pick<SecondaryView, "number" | "copies">): CopiesLeft;
}

const NOTHING_KNOWN = new SecondaryFigures();

/** What the secondaries of the cluster have told of themselves in numbers. Sans-I/O. */
export class ClusterFigures implements FiguresDirectory {
  private readonly byNumber = new Map<number, SecondaryFigures>();

  of(number: number): FiguresView {
    return this.byNumber.get(number) ?? NOTHING_KNOWN;
  }

  /** What a secondary that is registered says. */
  told(number: number, figures: Messages["figures"]): void {
    const known = this.byNumber.get(number) ?? new SecondaryFigures();
    this.byNumber.set(number, known);
    known.told(figures);
  }

  /** A secondary's session begins or has ended. */
  sessionChanged(number: number): void {
    this.byNumber.get(number)?.forget();
  }

  /** There is no such secondary any more. */
  remove(number: number): void {
    this.byNumber.delete(number);
  }

  /** What a secondary has still to copy, and how long that takes. */
  left({ number, copies }: Pick<SecondaryView, "number" | "copies">): CopiesLeft {
    const figures = this.byNumber.get(number) ?? NOTHING_KNOWN;
    const { pendingCount, pendingBytes } = copies;
    // What it says comes later than what the central knows: of a copy that has ended, it may still count bytes.
    const bytes = Math.min(Math.max(0, pendingBytes - figures.copied), Number.MAX_SAFE_INTEGER);
    return { files: pendingCount, bytes, seconds: pendingCount === 0 ? 0 : figures.secondsFor(bytes) };
  }
}

/** Two flows together. */
export function sumOfFlows(flows: Iterable<Flow>): Flow {
  let sum = NO_FLOW;
  for (const { toClients, toSecondaries, overHttp, received } of flows) {
    sum = {
      toClients: sum.toClients + toClients,
      toSecondaries: sum.toSecondaries + toSecondaries,
      overHttp: sum.overHttp + overHttp,
      received: sum.received + received,
    };
  }
  return sum;
}

/** All that is sent. */
export function sentOf({ toClients, toSecondaries, overHttp }: Flow): number {
  return toClients + toSecondaries + overHttp;
}
