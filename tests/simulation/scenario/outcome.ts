import type { Failure } from "../invariants/invariant.ts";

/** How a run of a plan has ended. It can be sent to another process as JSON. */
export interface Outcome {
  /** The invariant that was broken; null: none. */
  readonly failure: Failure | null;
  /** How often each kind of fault was carried out. */
  readonly faults: Readonly<Record<string, number>>;
  /** Events of the simulation. */
  readonly events: number;
}
