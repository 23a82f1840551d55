import { boundedEvents } from "./bounded-events.ts";
import type { Invariant } from "./invariant.ts";

/** Every invariant that each run is checked against. */
export const INVARIANTS: readonly Invariant[] = [boundedEvents];
