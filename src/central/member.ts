import type { Address } from "../net/address.ts";
import type { HeldFile } from "../protocol/member-messages.ts";

/** `announcing`: registered, has not said yet all that it holds; `live`; `lost`: its session ended. */
export type MemberState = "announcing" | "live" | "lost";

/** A secondary as the registry knows it. */
export interface Member {
  readonly number: number;
  /** Which run of the process. */
  readonly instance: string;
  readonly address: Address;
  state: MemberState;
  /** What its folder holds. A lost member's is remembered. */
  readonly holds: Map<string, HeldFile>;
  /** Names of which it does not hold the cluster's version. */
  readonly missing: Set<string>;
  /** Names that it was told to copy, and the versions. */
  readonly ordered: Map<string, string>;
  /** Names that it was told to give another name, and the versions. */
  readonly conflicts: Map<string, string>;
  /** Names that it could not copy, and when to try again (milliseconds). */
  readonly deferred: Map<string, number>;
  /** The last removal that it has carried out. */
  removal: number;
}
