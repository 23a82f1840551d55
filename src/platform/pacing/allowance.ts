import type { Cancel } from "../clock.ts";

/** Calls `run` once, when bytes that were consumed may pass. */
export type Wait = (run: () => void) => Cancel;

/** Whom to ask before bytes are sent, or read. */
export interface Allowance {
  /** Most bytes that should be consumed at once; null: as many as one likes. */
  readonly quantum: number | null;
  /** Consumes bytes. Null: they may pass at once. */
  consume(bytes: number): Wait | null;
}

/** For who has no limit. */
export const UNLIMITED: Allowance = { quantum: null, consume: () => null };

/** Of bytes for which several limits hold. One that begins to hold while they wait for another holds for them, too. */
export class JointAllowance implements Allowance {
  constructor(private readonly parts: readonly Allowance[]) {}

  get quantum(): number | null {
    let least: number | null = null;
    for (const { quantum } of this.parts) if (quantum !== null) least = Math.min(quantum, least ?? quantum);
    return least;
  }

  consume(bytes: number): Wait | null {
    const unlimited = this.parts.filter(({ quantum }) => quantum === null);
    const waits = this.parts.map((part) => part.consume(bytes)).filter((wait) => wait !== null);
    if (waits.length === 0) return null;
    return (run) => {
      let cancel = waitForAll(waits, () => {
        const wait = new JointAllowance(unlimited).consume(bytes);
        if (wait) cancel = wait(run);
        else run();
      });
      return () => cancel();
    };
  }
}

function waitForAll(waits: readonly Wait[], run: () => void): Cancel {
  let open = waits.length;
  const cancels = waits.map((wait) =>
    wait(() => {
      open -= 1;
      if (open === 0) run();
    }),
  );
  return () => {
    for (const cancel of cancels) cancel();
  };
}
