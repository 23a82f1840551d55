import { MAX_SECONDARIES } from "../../protocol/limits.ts";
import type { SecondaryRecord } from "./secondary-record.ts";

/** What others than the registry may know of a secondary. */
export type SecondaryView = Pick<
  SecondaryRecord,
  | "number"
  | "address"
  | "http"
  | "phase"
  | "isPresent"
  | "diskFault"
  | "isStopped"
  | "lostAt"
  | "fileCount"
  | "changes"
  | "heldVersion"
  | "lastKnownVersion"
  | "copies"
  | "isBehind"
  | "isObstructed"
  | "accusationCount"
>;

/** What others than the registry may ask about its secondaries. */
export interface SecondaryDirectory {
  get(number: number): SecondaryView | undefined;
  /** All of them, in the order of their numbers. */
  sorted(): SecondaryView[];
  /** Whether there are as many as may be, without this one. */
  isFullFor(number: number): boolean;
  /** Whether another process that is connected has this number. */
  isTaken(number: number, instance: string): boolean;
}

/** All secondaries that have registered, by number. */
export class SecondaryTable implements SecondaryDirectory {
  private readonly byNumber = new Map<number, SecondaryRecord>();

  get(number: number): SecondaryRecord | undefined {
    return this.byNumber.get(number);
  }

  /** In no order. */
  all(): Iterable<SecondaryRecord> {
    return this.byNumber.values();
  }

  sorted(): SecondaryRecord[] {
    return [...this.byNumber.values()].sort((left, right) => left.number - right.number);
  }

  get isAnyBehind(): boolean {
    for (const { isBehind } of this.byNumber.values()) if (isBehind) return true;
    return false;
  }

  isFullFor(number: number): boolean {
    return this.byNumber.size >= MAX_SECONDARIES && !this.byNumber.has(number);
  }

  isTaken(number: number, instance: string): boolean {
    const secondary = this.byNumber.get(number);
    return secondary !== undefined && secondary.phase !== "lost" && secondary.instance !== instance;
  }

  delete(number: number): void {
    this.byNumber.delete(number);
  }

  /** In place of the record that this secondary had. */
  set(secondary: SecondaryRecord): void {
    this.byNumber.set(secondary.number, secondary);
  }
}

/** The times in which lost secondaries may come back with what they hold. */
export class GracePeriods {
  /** When they end (milliseconds), by number, the soonest first. */
  private readonly ends = new Map<number, number>();

  constructor(private readonly lengthMs: number) {}

  /** Whether there are any. */
  get any(): boolean {
    return this.ends.size > 0;
  }

  begin(number: number, now: number): void {
    // At the end of the map: the soonest stays first.
    this.ends.delete(number);
    this.ends.set(number, now + this.lengthMs);
  }

  end(number: number): void {
    this.ends.delete(number);
  }

  /** Whether some have ended since the last time. */
  expire(now: number): boolean {
    let some = false;
    for (const [number, until] of this.ends) {
      if (until > now) break;
      this.ends.delete(number);
      some = true;
    }
    return some;
  }
}
