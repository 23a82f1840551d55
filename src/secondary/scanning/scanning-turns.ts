import { countedTurns } from "../../platform/turns/turns.ts";

/** Of work that goes through many files: a step takes well under 0.1 ms. */
export const SCANNING_TURNS = countedTurns(64);
