import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { type Random, uniqueId } from "../../platform/random.ts";
import { Bitmap } from "../../protocol/versions/bitmap.ts";
import { pieceCount, type Version } from "../../protocol/versions/version.ts";
import { say } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import type { ConnectionHost } from "../../transfer/connection/messages.ts";
import { Download } from "../../transfer/download.ts";
import type { InitialPieces, Sink } from "../../transfer/sinks/sink.ts";
import type { CentralSession } from "../central-session.ts";

export interface PieceHashesDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly connections: ConnectionHost;
  readonly session: CentralSession;
}

/** No file: what would be written to it is here already. */
const NO_FILE = -1;

/** A sink that lacks nothing but the hashes of the pieces: a download into it is done as soon as a secondary has sent them. */
class HashesSink implements Sink {
  readonly file = NO_FILE;
  readonly direct = null;
  readonly journal = null;
  readonly hashes = null;
  readonly windowPieces = null;
  readonly resumablePath = null;
  readonly fresh = false;
  /** Null until they have come. */
  received: Uint8Array | null = null;

  constructor(private readonly version: Version) {}

  async begin(hashes: Uint8Array): Promise<InitialPieces> {
    this.received = hashes;
    const pieces = pieceCount(this.version.size);
    return { have: Bitmap.full(pieces), unverified: new Bitmap(pieces) };
  }

  position(): number {
    return 0;
  }

  markPosition(): number {
    return 0;
  }

  setListener(): void {}

  pieceWritten(): void {}

  async finish(): Promise<void> {}

  async abandon(): Promise<void> {}
}

/**
 * The 32-byte hashes of a version's pieces, from a secondary that has it, checked against its id. Rejects with why they
 * cannot be had, after `giveUpAfterMs` milliseconds without a secondary that gives them, or when it is cancelled.
 */
export async function fetchPieceHashes(
  { session, ...deps }: PieceHashesDeps,
  name: string,
  version: Version,
  giveUpAfterMs: number,
  cancelled: AbortSignal,
): Promise<Uint8Array> {
  const { id } = version;
  const sink = new HashesSink(version);
  const download = new Download(
    { name, version, download: null, role: "client", stallTimeoutMs: giveUpAfterMs, copyingSecondary: null },
    { ...deps, sink },
    {
      faultFound: (number, piece) => session.send({ type: "accuse", id, piece, number }),
      pieceAvailable() {},
      noSources() {},
    },
  );
  const outcome = download.run();
  const subscription = uniqueId(deps.random);
  session.subscribe(subscription, {
    connected: () => session.watches.begin(subscription, { name, id }),
    disconnected() {},
    update() {},
    sources(message) {
      if (message.name === name && message.id === id) download.updateSources(message.sources, message.superseded);
    },
  });
  const cancel = () => download.stop({ kind: "cancelled" });
  cancelled.addEventListener("abort", cancel);
  if (cancelled.aborted) cancel();
  const ended = await outcome;
  cancelled.removeEventListener("abort", cancel);
  session.unsubscribe(subscription);
  session.watches.end(subscription);
  if (sink.received) return sink.received;
  throw new SentenceError(ended.kind === "failed" ? ended.message : say("they were not fetched"));
}
