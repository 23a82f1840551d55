import { DAY_MS, MINUTE_MS } from "../platform/units.ts";

/** Clocks that differ by so much, in either direction, do not matter. */
export const CLOCK_DIFFERENCE_MS = 5 * MINUTE_MS;
/** A certificate begins so long before it is made: twice the difference of clocks, since a third machine may check it. */
const BACKDATED_MS = 2 * CLOCK_DIFFERENCE_MS;
/** So long before its end a credential warns: long enough for somebody to come back and make a new one. */
const WARNING_MS = 7 * DAY_MS;

/** Milliseconds since 1970. */
export interface Validity {
  readonly notBefore: number;
  readonly notAfter: number;
}

export type ValidityState = "not-yet" | "valid" | "near-end" | "expired";

/** A validity that has begun for everybody, whatever their clocks say, and lasts so many days from now. */
export function validFor(days: number, now: number): Validity {
  // Certificates have whole seconds.
  return { notBefore: now - BACKDATED_MS, notAfter: Math.ceil((now + days * DAY_MS) / 1000) * 1000 };
}

export function validityState({ notBefore, notAfter }: Validity, now: number): ValidityState {
  if (now < notBefore) return "not-yet";
  if (now > notAfter) return "expired";
  return nearsEnd(notAfter, now) ? "near-end" : "valid";
}

/** Whether what ends at `notAfter` does so within a week, or has ended. */
export function nearsEnd(notAfter: number, now: number): boolean {
  return notAfter - now < WARNING_MS;
}
