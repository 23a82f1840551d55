import type { TurnLength } from "../../../platform/turns/turns.ts";

/** Of work that goes through the whole catalogue on the main thread, which looks at the clock now and then. */
export const CATALOGUE_TURNS: TurnLength = { steps: 128, milliseconds: 2 };
