import type { DigestsOfKind, LocateRefusal } from "../../http/central/backend.ts";
import { type Clock, delay } from "../../platform/clock.ts";
import { MIB, saidBytes } from "../../platform/units.ts";
import type { PieceDigest } from "../../protocol/digests/piece-digests.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { say } from "../../sentences/sentence.ts";
import type { FileVersion } from "../versions/file-version.ts";
import { unavailable } from "./file-locator.ts";

/** Milliseconds for which a client waits for digests that are being made. */
const WAIT_MS = 10_000;
/** Milliseconds until they are asked for again. */
const ASK_AGAIN_MS = 500;
/** Bytes that a secondary hashes in a second at least, where its disk is not slow. */
const MIN_HASHED_BYTES_PER_SECOND = 200 * MIB;
/** Seconds: bounds of when a client is told to come again. */
const [MIN_RETRY_S, MAX_RETRY_S] = [5, 600];

export interface Digested extends DigestsOfKind {
  readonly kind: "digested";
}

/** Why there are none. */
export interface Undigested extends Pick<Messages["undigested"], "left"> {
  readonly kind: "undigested";
  /** `disputed`: secondaries that hold the same content have different ones. */
  readonly why: Messages["undigested"]["why"] | "disputed";
}

/** Where the digests of versions come from. */
export interface DigestSource {
  digestsOf(version: FileVersion, of: PieceDigest): Promise<Digested | Undigested>;
}

export interface CollectedDigests {
  readonly kind: "collected";
  /** One for each kind that was asked for. */
  readonly digests: readonly DigestsOfKind[];
}

/** Gets digests of several kinds, and waits a moment for those that are being made. */
export class DigestWait {
  constructor(
    private readonly clock: Clock,
    private readonly source: DigestSource,
    private readonly ended: AbortSignal,
  ) {}

  async collect(version: FileVersion, kinds: readonly PieceDigest[]): Promise<CollectedDigests | LocateRefusal> {
    const until = this.clock.now() + WAIT_MS;
    const digests: DigestsOfKind[] = [];
    for (const kind of kinds) {
      const found = await this.get(version, kind, until);
      if (found.kind === "undigested") return refusal(version.name, found);
      digests.push(found);
    }
    return { kind: "collected", digests };
  }

  private async get(version: FileVersion, kind: PieceDigest, until: number): Promise<Digested | Undigested> {
    for (;;) {
      const found = await this.source.digestsOf(version, kind);
      const inTime = this.clock.now() + ASK_AGAIN_MS <= until;
      if (found.kind === "digested" || !isPassing(found) || !inTime || this.ended.aborted) return found;
      await delay(this.clock, ASK_AGAIN_MS, this.ended);
    }
  }
}

/** Whether there will be some soon. */
export function isPassing({ why }: Undigested): boolean {
  return why === "making" || why === "busy";
}

function refusal(name: string, { why, left }: Undigested): LocateRefusal {
  switch (why) {
    case "making": {
      const seconds = Math.ceil(left / MIN_HASHED_BYTES_PER_SECOND);
      const retryAfter = Math.min(Math.max(seconds, MIN_RETRY_S), MAX_RETRY_S);
      const places = { name, left: saidBytes(left) };
      return unavailable(say("the hashes of {name} are being made: {left} are still to be read", places), retryAfter);
    }
    case "busy":
      return unavailable(say("the hashes of {name} are not there yet: too many are asked for at once", { name }));
    case "disputed":
      return unavailable(
        say("secondaries have different hashes of the same {name}: the log of this central says which", { name }),
      );
    case "off":
    case "not held":
      return unavailable(say("no secondary that answers HTTP has hashes of {name} now", { name }));
  }
}
