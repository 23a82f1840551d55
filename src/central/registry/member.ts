import type { Address } from "../../net/address/address.ts";
import type { AgreedFile } from "../../protocol/messages/secondary.ts";
import { CopyBacklog } from "./copy-backlog.ts";
import type { FileVersion } from "./file-version.ts";
import { PendingOrders } from "./pending-orders.ts";

/** `announcing`: registered, has not said yet all that it holds; `live`; `lost`: its session ended, or its disk is away. */
export type MemberState = "announcing" | "live" | "lost";

/** A secondary as the registry knows it. */
export interface Member {
  readonly number: number;
  /** Which run of the process. */
  readonly instance: string;
  readonly address: Address;
  state: MemberState;
  /** What its folder holds. A lost member's is remembered. */
  readonly holds: Map<string, FileVersion>;
  /** What it held in an earlier session and has not told again. Once it has told all, this is gone. */
  readonly former: Map<string, FileVersion>;
  /** What it has to copy. Empty unless it is live. */
  needs: CopyBacklog;
  /** How far its files have been compared with the catalogue since it told all of them: a name; null when done. */
  compared: string | null;
  /** What it was told to rename or to remove. Nothing once it is lost. */
  told: PendingOrders;
  /** Files that it is still to be told of as the cluster's versions. */
  agreed: AgreedFile[];
  /** The last removal that it has carried out; what its disk refused of earlier ones it has told since. */
  removal: number;
  /** The last removal that it was told of, and when (milliseconds). */
  ordered: { readonly serial: number; readonly at: number };
  /** Why the disk of its shared folder is not there, while its session goes on: it counts as lost. Null when it is there. */
  diskAway: string | null;
  /** When it was lost (milliseconds). */
  lostAt: number;
  /** How often others have said that it gave bad answers, since the central was started. */
  accusations: number;
}

/** A secondary that has just registered in place of `before`. */
export function newMember(
  identity: Pick<Member, "number" | "instance" | "address" | "removal">,
  before: Member | undefined,
): Member {
  return {
    ...identity,
    ordered: { serial: identity.removal, at: Number.NEGATIVE_INFINITY },
    state: "announcing",
    holds: new Map(),
    former: before ? merge(before.holds, before.former) : new Map(),
    needs: new CopyBacklog(),
    compared: null,
    told: new PendingOrders(),
    diskAway: null,
    agreed: [],
    lostAt: 0,
    accusations: before?.accusations ?? 0,
  };
}

/** What a member is known or thought to hold under a name. */
export function lastKnown(member: Member, name: string): FileVersion | undefined {
  return member.holds.get(name) ?? member.former.get(name);
}

/** What a member that is there holds under a name. */
export function present({ state, holds }: Member, name: string): FileVersion | undefined {
  return state === "lost" ? undefined : holds.get(name);
}

/** Whether a member still has something to do until it is in step, beside what its disk keeps it from. */
export function isBehind({ needs, former, compared, told }: Member): boolean {
  return needs.pendingCount + former.size + told.pendingCount > 0 || compared !== null;
}

/** Whether a member's disk keeps it from copying, renaming or removing something. */
export function isHindered({ needs, told }: Member): boolean {
  return needs.obstacleCount > 0 || told.pendingCount < told.size;
}

/** The union of two disjoint maps, in the time that the smaller one takes. */
function merge<K, V>(one: Map<K, V>, other: Map<K, V>): Map<K, V> {
  const [large, small] = one.size < other.size ? [other, one] : [one, other];
  for (const [key, value] of small) large.set(key, value);
  return large;
}
