import type { Channel, CloseReason } from "../../net/session/channel.ts";
import type { Network } from "../../net/transport/network.ts";
import type { Clock } from "../../platform/clock.ts";
import { type BlockingDisk, DiskError } from "../../platform/disk/disk.ts";
import { hasZeros, stretches } from "../../platform/disk/sparse.ts";
import { createHasher, type Hasher, sameBytes } from "../../platform/hash.ts";
import type { Message, Messages } from "../../protocol/messages/messages.ts";
import { journalMark } from "../sinks/journal.ts";
import { Buffers } from "./buffer-pool.ts";
import { type Caller, callSource } from "./connect-source.ts";
import { Outbox } from "./event-batcher.ts";
import type { Fetch, LaneCommand, LaneEnd, LaneEvent, LaneFault, LaneSpec } from "./messages.ts";
import { Answers } from "./response-validator.ts";
import { WriteBehind } from "./writing/async-writes.ts";
import { Slices } from "./writing/buffered-writes.ts";
import { DirectWrites } from "./writing/direct-writes.ts";

/** A lane that is asked for so many pieces need not say at once that one is here; else it should soon be asked for more. */
const BUSY = 16;

export interface LaneDeps {
  readonly clock: Clock;
  readonly network: Network;
  readonly disk: BlockingDisk;
}

/** What all lanes of a thread have in common. */
export interface LaneShared {
  readonly buffers: Buffers;
  readonly behind: WriteBehind;
}

export function laneShared({ disk, clock }: LaneDeps): LaneShared {
  return { buffers: new Buffers(), behind: new WriteBehind(disk, clock) };
}

interface Flight {
  readonly request: number;
  readonly fetch: Fetch;
  /** Where the piece gathers, if it does and something has come. */
  gathered: Uint8Array | null;
  hasher: Hasher | null;
  received: number;
}

/**
 * One connection to one source for one download: asks for pieces, verifies each, writes it at its position and marks it
 * in the journal. A piece is written only once it is verified, since another lane may have been asked for it too and
 * have written it already; only where that would take too much memory, and pieces are never asked of two, they are
 * written as they come. That a lane waits for the disk is deliberate: it lives on a thread that has nothing else to do, and
 * a slow disk holds back its source by not reading.
 */
export class Lane implements Caller {
  private spec: LaneSpec | null = null;
  private channel: Channel | null = null;
  private requests = 0;
  private asked = 0;
  /** Null: not asked, or answered. */
  private openRequest: number | null = null;
  private manifestRequest: number | null = null;
  private readonly byRequest = new Map<number, Flight>();
  private readonly byPiece = new Map<number, Flight>();
  private readonly answers = new Answers();
  private readonly spareHashers: Hasher[] = [];
  private readonly outbox: Outbox;
  private readonly slices: Slices;
  private directly: DirectWrites | null = null;
  private ended = false;

  constructor(
    private readonly deps: LaneDeps,
    private readonly shared: LaneShared,
    post: (events: readonly LaneEvent[]) => void,
  ) {
    this.outbox = new Outbox(deps.clock, post);
    this.slices = new Slices(deps.disk, deps.clock);
  }

  command(command: LaneCommand): void {
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
        return this.end({ cause: "told" });
      case "bundle":
        return;
    }
  }

  connected(channel: Channel): boolean {
    if (this.ended) return false;
    this.channel = channel;
    this.ask();
    return true;
  }

  unreachable(message: string): void {
    this.end({ cause: "source", message, fault: null });
  }

  greeted(): void {}

  /** Does not wait for the greeting's answer: a source that is far away would cost a round trip more. */
  private ask(): void {
    const spec = this.spec;
    if (!spec) return;
    this.asked = this.deps.clock.now();
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
        const roundTrip = this.deps.clock.now() - this.asked;
        return this.outbox.now({ kind: "ready", have: message.all ? null : payload, roundTrip });
      }
      case "hashes":
        if (message.request !== this.manifestRequest) return;
        this.manifestRequest = null;
        return this.outbox.now({ kind: "manifest", hashes: payload });
      case "have":
        if (message.id === this.spec?.id) this.outbox.now({ kind: "have", pieces: message.pieces });
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
    if (!flight?.fetch.gather || left > flight.fetch.length - flight.received) return this.shared.buffers.passing(left);
    flight.gathered ??= this.shared.buffers.take(flight.fetch.length);
    return flight.gathered.subarray(flight.received, flight.received + left);
  }

  block(message: Messages["block"], bytes: Uint8Array): void {
    const flight = this.byRequest.get(message.request);
    this.outbox.bytes(flight?.fetch.piece ?? -1, bytes.length);
    const offence = this.answers.took(message.request, bytes.length);
    if (offence !== null) return this.end({ cause: "source", message: offence, fault: "offence" });
    // The rest of a piece that was cancelled: it still counts as received.
    if (!flight) return;
    const { length, position, hole, gather } = flight.fetch;
    flight.hasher ??= this.spareHashers.pop() ?? createHasher();
    flight.hasher.update(bytes);
    if (gather) {
      flight.gathered ??= this.shared.buffers.take(length);
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
    this.end({ cause: "source", ...faultIn(reason, this.answers.begun) });
  }

  private start(spec: LaneSpec): void {
    this.spec = spec;
    this.directly = new DirectWrites(this.deps.disk, this.shared.behind, spec.file, spec.direct);
    callSource(this.deps, spec.address, spec.role, this);
  }

  private nextRequest(): number {
    this.requests += 1;
    return this.requests;
  }

  private fetch(fetch: Fetch): void {
    if (!this.spec || !this.channel || this.byPiece.has(fetch.piece)) return;
    const flight = { request: this.nextRequest(), fetch, gathered: null, hasher: null, received: 0 };
    this.byRequest.set(flight.request, flight);
    this.byPiece.set(fetch.piece, flight);
    this.answers.asked(flight.request, fetch.piece, fetch.length);
    this.channel.send({ type: "piece", request: flight.request, id: this.spec.id, piece: fetch.piece });
  }

  private cancel(piece: number): void {
    const flight = this.byPiece.get(piece);
    if (flight) {
      this.forget(flight);
      this.answers.cancel(flight.request);
      this.channel?.send({ type: "cancel", request: flight.request });
    }
    // Also of one that was delivered meanwhile, or is being written: whoever cancels waits for this.
    else this.shared.behind.drain();
    this.outbox.now({ kind: "dropped", piece });
  }

  private forget(flight: Flight): void {
    this.byRequest.delete(flight.request);
    this.byPiece.delete(flight.fetch.piece);
    if (flight.gathered) this.shared.buffers.give(flight.gathered);
    flight.gathered = null;
    if (!flight.hasher) return;
    flight.hasher.digest();
    this.spareHashers.push(flight.hasher);
  }

  private complete(flight: Flight, hasher: Hasher): void {
    const { fetch, gathered } = flight;
    const right = sameBytes(hasher.digest(), fetch.hash);
    if (right) flight.gathered = null;
    this.forget(flight);
    if (!right) return this.outbox.now({ kind: "bad", piece: fetch.piece });
    if (gathered) this.store(fetch, gathered);
    else this.stored(fetch, true);
  }

  /** Writes a verified piece, which the first bytes of `buffer` are. */
  private store(fetch: Fetch, buffer: Uint8Array): void {
    const piece = buffer.subarray(0, fetch.length);
    const written = (past: boolean) => {
      const stored = past || this.fill(piece, fetch.position, fetch.hole);
      this.shared.buffers.give(buffer);
      if (stored) this.stored(fetch, !past);
    };
    this.shared.behind.makeRoom(fetch.length);
    // An earlier piece may have found the disk full.
    if (this.ended) return this.shared.buffers.give(buffer);
    // What leaves holes is written in parts.
    if ((this.leavesHoles(fetch.hole) && hasZeros(piece)) || !this.directly?.begin(piece, fetch, written))
      written(false);
  }

  /** A piece is verified and in its place; `cached`: in the page cache, and perhaps not on the disk yet. */
  private stored({ piece, hash, mark, position, length }: Fetch, cached: boolean): void {
    const { file, journal } = this.spec ?? { file: null, journal: null };
    if (journal !== null && !this.write(journal, journalMark(hash), mark)) return;
    this.outbox.later({ kind: "piece", piece });
    if (this.byPiece.size < BUSY) this.outbox.flush();
    // A file that stays is synced at its end, and the disk would have nothing to do until then.
    if (cached && file !== null && journal !== null) this.deps.disk.syncSoon(file, position, length);
  }

  private refused({ request, code, message }: Messages["refusal"]): void {
    const flight = this.byRequest.get(request);
    this.answers.refused(request);
    if (flight) this.forget(flight);
    else if (request !== this.openRequest && request !== this.manifestRequest) return;
    this.outbox.now({ kind: "refused", piece: flight?.fetch.piece ?? null, code, message });
  }

  /** Writes bytes of the file, of which zeros become holes; `hole`: it is one so far. Says whether they are there. */
  private fill(bytes: Uint8Array, position: number, hole: boolean): boolean {
    const file = this.spec?.file ?? null;
    if (!this.leavesHoles(hole)) return this.write(file, bytes, position);
    for (const { start, end, zero } of stretches(bytes)) {
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

  private end(end: LaneEnd): void {
    if (this.ended) return;
    this.ended = true;
    this.channel?.close({ cause: "ours", message: "done" });
    for (const flight of this.byRequest.values()) this.forget(flight);
    // What is verified counts all the same.
    this.shared.behind.drain();
    this.outbox.now({ kind: "ended", end });
  }
}

/** What the end of a session says about the source, `begun` being the piece that it was sending. */
function faultIn(reason: CloseReason, begun: number | null): Pick<LaneFault, "message" | "fault"> {
  if (reason.cause === "protocol") return { message: `sent garbage: ${reason.message}`, fault: "offence" };
  if (reason.cause === "stranger") return { message: reason.message, fault: "stranger" };
  if (reason.cause !== "lost" || begun === null) return { message: reason.message, fault: null };
  return { message: `closed the connection in the middle of piece ${begun}`, fault: "cut" };
}

/** The end of a lane whose disk threw `error`. */
export function diskEnd(error: unknown): LaneEnd {
  const failure = error instanceof DiskError ? error.failure : "other";
  return { cause: "disk", failure, message: error instanceof Error ? error.message : String(error) };
}
