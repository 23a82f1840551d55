import type { Channel, CloseReason } from "../../net/session/channel.ts";
import type { Network } from "../../net/transport/network.ts";
import type { Clock } from "../../platform/clock.ts";
import { type BlockingDisk, DiskError } from "../../platform/disk/disk.ts";
import { hasZeroBlock, splitZeroBlocks } from "../../platform/disk/sparse.ts";
import { bytesEqual, createHasher, type Hasher } from "../../platform/hash.ts";
import type { Message, Messages } from "../../protocol/messages/messages.ts";
import { journalMark } from "../sinks/journal.ts";
import { BufferPool } from "./buffer-pool.ts";
import { connectSource, type SourceSessionHandler } from "./connect-source.ts";
import { EventBatcher } from "./event-batcher.ts";
import type {
  ConnectionCommand,
  ConnectionEnd,
  ConnectionEvent,
  ConnectionFault,
  PieceConnectionSpec,
  PieceRequest,
} from "./messages.ts";
import { ResponseValidator } from "./response-validator.ts";
import { AsyncWrites } from "./writing/async-writes.ts";
import { BufferedWrites } from "./writing/buffered-writes.ts";
import { DirectWrites } from "./writing/direct-writes.ts";

/** A connection that is asked for so many pieces need not say at once that one is here; else it should soon be asked for more. */
const MIN_BUSY_REQUESTS = 16;

export interface ConnectionDeps {
  readonly clock: Clock;
  readonly network: Network;
  readonly disk: BlockingDisk;
}

/** What all connections of a thread have in common. */
export interface ThreadResources {
  readonly buffers: BufferPool;
  readonly behind: AsyncWrites;
}

export function threadResources({ disk, clock }: ConnectionDeps): ThreadResources {
  return { buffers: new BufferPool(), behind: new AsyncWrites(disk, clock) };
}

interface PieceInFlight {
  readonly requestNumber: number;
  readonly request: PieceRequest;
  /** Where the piece gathers, if it does and something has come. */
  gathered: Uint8Array | null;
  hasher: Hasher | null;
  received: number;
}

/**
 * One connection to one source for one download: asks for pieces, verifies each, writes it at its position and marks it
 * in the journal. A piece is written only once it is verified, since another connection may have been asked for it too and
 * have written it already; only where that would take too much memory, and pieces are never asked of two, they are
 * written as they come. That a connection waits for the disk is deliberate: it lives on a thread that has nothing else to do, and
 * a slow disk holds back its source by not reading.
 */
export class PieceConnection implements SourceSessionHandler {
  private spec: PieceConnectionSpec | null = null;
  private channel: Channel | null = null;
  private requests = 0;
  private openSentAt = 0;
  /** Null: not asked, or answered. */
  private openRequest: number | null = null;
  private manifestRequest: number | null = null;
  private readonly byRequest = new Map<number, PieceInFlight>();
  private readonly byPiece = new Map<number, PieceInFlight>();
  private readonly validator = new ResponseValidator();
  private readonly spareHashers: Hasher[] = [];
  private readonly events: EventBatcher;
  private readonly slices: BufferedWrites;
  private directly: DirectWrites | null = null;
  private ended = false;

  constructor(
    private readonly deps: ConnectionDeps,
    private readonly shared: ThreadResources,
    post: (events: readonly ConnectionEvent[]) => void,
  ) {
    this.events = new EventBatcher(deps.clock, post);
    this.slices = new BufferedWrites(deps.disk, deps.clock);
  }

  command(command: ConnectionCommand): void {
    if (this.ended) return;
    switch (command.kind) {
      case "start":
        return this.start(command.spec);
      case "fetch":
        this.channel?.cork(() => {
          for (const fetch of command.fetches) this.fetch(fetch);
        });
        return;
      case "cancel":
        return this.cancel(command.piece);
      case "stop":
        return this.end({ cause: "stopped" });
      case "small-files":
        return;
    }
  }

  connected(channel: Channel): boolean {
    if (this.ended) return false;
    this.channel = channel;
    this.open();
    return true;
  }

  unreachable(message: string): void {
    this.end({ cause: "source", message, fault: null });
  }

  greeted(): void {}

  /** Does not wait for the greeting's answer: a source that is far away would cost a round trip more. */
  private open(): void {
    const spec = this.spec;
    if (!spec) return;
    this.openSentAt = this.deps.clock.now();
    this.openRequest = this.nextRequest();
    const { id, name, download } = spec;
    this.channel?.send({ type: "open", request: this.openRequest, id, name, download });
    if (spec.manifest) {
      this.manifestRequest = this.nextRequest();
      this.channel?.send({ type: "manifest", request: this.manifestRequest, id });
    }
  }

  message(message: Message, payload: Uint8Array): void {
    switch (message.type) {
      case "opened": {
        if (message.request !== this.openRequest) return;
        // A second answer is none.
        this.openRequest = null;
        const roundTrip = this.deps.clock.now() - this.openSentAt;
        return this.events.addAndFlush({ kind: "ready", have: message.all ? null : payload, roundTrip });
      }
      case "hashes":
        if (message.request !== this.manifestRequest) return;
        this.manifestRequest = null;
        return this.events.addAndFlush({ kind: "manifest", hashes: payload });
      case "have":
        if (message.id === this.spec?.id) this.events.addAndFlush({ kind: "have", pieces: message.pieces });
        return;
      case "refusal":
        return this.refused(message);
      default:
        return;
    }
  }

  bufferFor({ request }: Messages["block"], left: number): Uint8Array {
    const flight = this.byRequest.get(request);
    // Also the rest of a piece that was cancelled, and more than was asked for.
    if (!flight?.request.gather || left > flight.request.length - flight.received)
      return this.shared.buffers.scratch(left);
    flight.gathered ??= this.shared.buffers.acquire(flight.request.length);
    return flight.gathered.subarray(flight.received, flight.received + left);
  }

  block(message: Messages["block"], bytes: Uint8Array): void {
    const flight = this.byRequest.get(message.request);
    this.events.addBytes(flight?.request.piece ?? -1, bytes.length);
    const offence = this.validator.received(message.request, bytes.length);
    if (offence !== null) return this.end({ cause: "source", message: offence, fault: "offence" });
    // The rest of a piece that was cancelled: it still counts as received.
    if (!flight) return;
    const { length, position, hole, gather } = flight.request;
    flight.hasher ??= this.spareHashers.pop() ?? createHasher();
    flight.hasher.update(bytes);
    if (gather) {
      flight.gathered ??= this.shared.buffers.acquire(length);
      // What was received into `room` is there already.
      if (bytes.buffer !== flight.gathered.buffer) flight.gathered.set(bytes, flight.received);
    } else if (!this.fill(bytes, position + flight.received, hole)) {
      return;
    }
    flight.received += bytes.length;
    if (flight.received === length) this.complete(flight, flight.hasher);
  }

  closed(reason: CloseReason): void {
    this.channel = null;
    this.end({ cause: "source", ...faultIn(reason, this.validator.partialPiece) });
  }

  private start(spec: PieceConnectionSpec): void {
    this.spec = spec;
    this.directly = new DirectWrites(this.deps.disk, this.shared.behind, spec.file, spec.direct);
    connectSource(this.deps, spec.address, spec.role, this);
  }

  private nextRequest(): number {
    this.requests += 1;
    return this.requests;
  }

  private fetch(fetch: PieceRequest): void {
    if (!this.spec || !this.channel || this.byPiece.has(fetch.piece)) return;
    const flight = { requestNumber: this.nextRequest(), request: fetch, gathered: null, hasher: null, received: 0 };
    this.byRequest.set(flight.requestNumber, flight);
    this.byPiece.set(fetch.piece, flight);
    this.validator.requested(flight.requestNumber, fetch.piece, fetch.length);
    this.channel.send({ type: "piece", request: flight.requestNumber, id: this.spec.id, piece: fetch.piece });
  }

  private cancel(piece: number): void {
    const flight = this.byPiece.get(piece);
    if (flight) {
      this.forget(flight);
      this.validator.cancel(flight.requestNumber);
      this.channel?.send({ type: "cancel", request: flight.requestNumber });
    }
    // Also of one that was delivered meanwhile, or is being written: whoever cancels waits for this.
    else this.shared.behind.drain();
    this.events.addAndFlush({ kind: "cancelled", piece });
  }

  private forget(flight: PieceInFlight): void {
    this.byRequest.delete(flight.requestNumber);
    this.byPiece.delete(flight.request.piece);
    if (flight.gathered) this.shared.buffers.release(flight.gathered);
    flight.gathered = null;
    if (!flight.hasher) return;
    flight.hasher.digest();
    this.spareHashers.push(flight.hasher);
  }

  private complete(flight: PieceInFlight, hasher: Hasher): void {
    const { request: fetch, gathered } = flight;
    const right = bytesEqual(hasher.digest(), fetch.hash);
    if (right) flight.gathered = null;
    this.forget(flight);
    if (!right) return this.events.addAndFlush({ kind: "bad", piece: fetch.piece });
    if (gathered) this.store(fetch, gathered);
    else this.stored(fetch, true);
  }

  /** Writes a verified piece, which the first bytes of `buffer` are. */
  private store(fetch: PieceRequest, buffer: Uint8Array): void {
    const piece = buffer.subarray(0, fetch.length);
    const written = (past: boolean) => {
      const stored = past || this.fill(piece, fetch.position, fetch.hole);
      this.shared.buffers.release(buffer);
      if (stored) this.stored(fetch, !past);
    };
    this.shared.behind.makeRoom(fetch.length);
    // An earlier piece may have found the disk full.
    if (this.ended) return this.shared.buffers.release(buffer);
    // What leaves holes is written in parts.
    if ((this.leavesHoles(fetch.hole) && hasZeroBlock(piece)) || !this.directly?.begin(piece, fetch, written))
      written(false);
  }

  /** A piece is verified and in its place; `cached`: in the page cache, and perhaps not on the disk yet. */
  private stored({ piece, hash, mark, position, length }: PieceRequest, cached: boolean): void {
    const { file, journal } = this.spec ?? { file: null, journal: null };
    if (journal !== null && !this.write(journal, journalMark(hash), mark)) return;
    this.events.add({ kind: "piece", piece });
    if (this.byPiece.size < MIN_BUSY_REQUESTS) this.events.flush();
    // A file that stays is synced at its end, and the disk would have nothing to do until then.
    if (cached && file !== null && journal !== null) this.deps.disk.startWriteback(file, position, length);
  }

  private refused({ request, code, message }: Messages["refusal"]): void {
    const flight = this.byRequest.get(request);
    this.validator.refused(request);
    if (flight) this.forget(flight);
    else if (request !== this.openRequest && request !== this.manifestRequest) return;
    this.events.addAndFlush({ kind: "refused", piece: flight?.request.piece ?? null, code, message });
  }

  /** Writes bytes of the file, of which zeros become holes; `hole`: it is one so far. Says whether they are there. */
  private fill(bytes: Uint8Array, position: number, hole: boolean): boolean {
    const file = this.spec?.file ?? null;
    if (!this.leavesHoles(hole)) return this.write(file, bytes, position);
    for (const { start, end, zero } of splitZeroBlocks(bytes)) {
      if (zero && this.leaveOut(position + start, end - start, hole)) continue;
      if (!this.write(file, bytes.subarray(start, end), position + start)) return false;
    }
    return true;
  }

  /** Has zeros there without writing them; says whether it could. */
  private leaveOut(position: number, length: number, hole: boolean): boolean {
    const { file, direct } = this.spec ?? { file: null, direct: null };
    // Where it is a hole, room may have been taken for it.
    const full = file !== null && (!hole || direct !== null);
    return (full && this.deps.disk.punchHole(file, position, length)) || hole;
  }

  /** Whether zeros become holes. Not of a file that does not stay: it is only as long as what was written to it. */
  private leavesHoles(hole: boolean): boolean {
    return hole || (this.spec !== null && this.spec.journal !== null);
  }

  private write(fd: number | null, bytes: Uint8Array, position: number): boolean {
    if (fd === null) return false;
    try {
      this.slices.write(fd, bytes, position);
      return true;
    } catch (error) {
      this.end(diskEnd(error));
      return false;
    }
  }

  private end(end: ConnectionEnd): void {
    if (this.ended) return;
    this.ended = true;
    this.channel?.close({ cause: "ours", message: "done" });
    for (const flight of this.byRequest.values()) this.forget(flight);
    // What is verified counts all the same.
    this.shared.behind.drain();
    this.events.addAndFlush({ kind: "ended", end });
  }
}

/** What the end of a session says about the source, `begun` being the piece that it was sending. */
function faultIn(reason: CloseReason, begun: number | null): Pick<ConnectionFault, "message" | "fault"> {
  if (reason.cause === "protocol") return { message: `sent garbage: ${reason.message}`, fault: "offence" };
  if (reason.cause === "stranger") return { message: reason.message, fault: "stranger" };
  if (reason.cause !== "lost" || begun === null) return { message: reason.message, fault: null };
  return { message: `closed the connection in the middle of piece ${begun}`, fault: "cut" };
}

/** The end of a connection whose disk threw `error`. */
export function diskEnd(error: unknown): ConnectionEnd {
  const failure = error instanceof DiskError ? error.failure : "other";
  return { cause: "disk", failure, message: error instanceof Error ? error.message : String(error) };
}
