import { MAX_NAMES_PER_SECONDARY } from "../protocol/limits.ts";
import type { Effect } from "./registry/effect.ts";
import type { SecondaryRecord } from "./registry/secondary-record.ts";

/** Bounds the names that one secondary announces, but for those of one batch: further ones do not count. */
export class NameLimit {
  /** From one registration to the next. */
  private readonly warned = new WeakSet<SecondaryRecord>();

  constructor(private readonly most = MAX_NAMES_PER_SECONDARY) {}

  /** Whether a name that a secondary announces is one too many. The first one is an effect. */
  refuses(secondary: SecondaryRecord, name: string, effects: Effect[]): boolean {
    if (secondary.nameCount < this.most || secondary.lastKnownVersion(name)) return false;
    if (!this.warned.has(secondary)) {
      this.warned.add(secondary);
      const { number } = secondary;
      const message = `secondary ${number} has announced ${this.most} names, as many as may be; others do not count`;
      effects.push({ kind: "warn", event: "limit", message, fields: { number } });
    }
    return true;
  }
}
