import type { CloseReason } from "../../net/session/channel.ts";
import { bytesEqual, createHasher, type Hasher, hash } from "../../platform/hash.ts";
import type { Message, Messages } from "../../protocol/messages/messages.ts";
import { say } from "../../sentences/sentence.ts";
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
import { diskEnd, SourceConnection } from "./source-connection.ts";
import type { ConnectionDeps, ThreadResources } from "./thread-resources.ts";
import { PieceWriter } from "./writing/piece-writer.ts";

/** With so many requests under way, the event of a written piece may wait for others; with fewer, new requests are due. */
const MIN_BUSY_REQUESTS = 16;

interface PieceInFlight {
  readonly requestNumber: number;
  readonly request: PieceRequest;
  /** Where the piece is collected; null while nothing has come, and where it is written as it comes. */
  buffer: Uint8Array | null;
  hasher: Hasher | null;
  received: number;
  cancelled: boolean;
}

/**
 * One connection to one source for one download: requests pieces, verifies each, and has the writer write it and mark it in
 * the journal. A piece is written only after it is verified, since another connection may have written the same piece
 * already. Only pieces that would take too much memory, and that only one source is asked for, are written as they come.
 * That a connection waits for the disk is deliberate where its thread has nothing else to do: a source whose bytes are not
 * read sends no more until the disk has caught up.
 */
export class PieceConnection extends SourceConnection {
  private spec: PieceConnectionSpec | null = null;
  private writer: PieceWriter | null = null;
  private openSentAt = 0;
  /** Null: not asked, or answered. */
  private openRequest: number | null = null;
  private manifestRequest: number | null = null;
  private readonly byRequest = new Map<number, PieceInFlight>();
  private readonly byPiece = new Map<number, PieceInFlight>();
  /** The piece whose block is coming: until the block ends, the session writes to its buffer. */
  private arriving: PieceInFlight | null = null;
  private readonly spareHashers: Hasher[] = [];
  private readonly events: EventBatcher;

  constructor(
    deps: ConnectionDeps,
    private readonly shared: ThreadResources,
    post: (events: readonly ConnectionEvent[]) => void,
  ) {
    super(deps, new ResponseValidator());
    this.events = new EventBatcher(deps.clock, post);
  }

  command(command: ConnectionCommand): void {
    if (this.ended) return;
    switch (command.kind) {
      case "start":
        return this.start(command.spec);
      case "fetch":
        this.channel?.cork(() => {
          for (const request of command.fetches) this.request(request);
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

  message(message: Message, payload: Uint8Array): void {
    switch (message.type) {
      case "opened": {
        if (message.request !== this.openRequest) return;
        // A second answer is none.
        this.openRequest = null;
        // How long the answer has waited for this busy thread says nothing of the way to the source.
        const roundTrip = Math.max(0, this.deps.clock.now() - this.openSentAt - this.waitedToBeRead);
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
      case "held-back":
        if (this.byRequest.size > 0) this.events.addAndFlush({ kind: "held-back", by: "source" });
        return;
      default:
        return;
    }
  }

  blockBuffer({ request, payload }: Messages["block"]): Uint8Array | null {
    const flight = this.byRequest.get(request);
    // The rest of a cancelled piece does not gather, nor does a block that is longer than what is still to come.
    if (!flight?.request.inMemory || payload > flight.request.length - flight.received) return null;
    this.arriving = flight;
    flight.buffer ??= this.shared.buffers.acquire(flight.request.length);
    return flight.buffer.subarray(flight.received, flight.received + payload);
  }

  block(message: Messages["block"], bytes: Uint8Array, left: number): void {
    const flight = this.byRequest.get(message.request);
    this.events.addBytes(flight?.request.piece ?? -1, bytes.length);
    if (left === 0) this.blockEnded();
    if (!this.accept(message.request, bytes.length, left)) return;
    // The rest of a piece that was cancelled: it still counts as received.
    if (!flight) return;
    if (!flight.request.inMemory && !this.hashAndWrite(flight, bytes)) return;
    flight.received += bytes.length;
    if (flight.received === flight.request.length) this.received(flight);
  }

  heldBack(): void {
    this.events.addAndFlush({ kind: "held-back", by: "us" });
  }

  protected override faultIn(reason: CloseReason): Pick<ConnectionFault, "message" | "fault"> {
    const { partialPiece } = this.validator;
    if (reason.cause === "protocol")
      return { message: say("sent garbage: {reason}", { reason: reason.message }), fault: "offence" };
    if (reason.cause === "stranger") return { message: reason.message, fault: "stranger" };
    if (reason.cause !== "lost" || partialPiece === null) return { message: reason.message, fault: null };
    return {
      message: say("closed the connection in the middle of piece {piece}", { piece: partialPiece }),
      fault: "cut",
    };
  }

  /** Does not wait for the greeting's answer: a source that is far away would cost a round trip more. */
  protected override connected(): void {
    const { spec } = this;
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

  protected override finish(end: ConnectionEnd): void {
    // The session is over, and with it every block.
    this.blockEnded();
    for (const flight of this.byRequest.values()) this.remove(flight);
    // What is verified counts all the same.
    this.whenWritten(() => this.events.addAndFlush({ kind: "ended", end }));
  }

  private start(spec: PieceConnectionSpec): void {
    const { disk, clock } = this.deps;
    this.spec = spec;
    this.writer = new PieceWriter(disk, clock, this.shared, spec);
    this.connect(spec.number, spec.address, spec.role);
  }

  private request(request: PieceRequest): void {
    if (!this.spec || !this.channel || this.byPiece.has(request.piece)) return;
    const requestNumber = this.nextRequest();
    const flight = { requestNumber, request, buffer: null, hasher: null, received: 0, cancelled: false };
    this.byRequest.set(requestNumber, flight);
    this.byPiece.set(request.piece, flight);
    this.validator.requested(requestNumber, request.piece, request.length);
    this.channel.send({ type: "piece", request: requestNumber, id: this.spec.id, piece: request.piece });
  }

  private cancel(piece: number): void {
    const flight = this.byPiece.get(piece);
    const confirm = () => this.events.addAndFlush({ kind: "cancelled", piece });
    // It has come and may be being written: nothing of it may be written after the event.
    if (!flight) return this.whenWritten(confirm);
    flight.cancelled = true;
    this.remove(flight);
    this.validator.cancel(flight.requestNumber);
    this.channel?.send({ type: "cancel", request: flight.requestNumber });
    confirm();
  }

  private whenWritten(done: () => void): void {
    if (this.writer) this.writer.whenWritten(done);
    else done();
  }

  private remove(flight: PieceInFlight): void {
    this.byRequest.delete(flight.requestNumber);
    this.byPiece.delete(flight.request.piece);
    if (flight !== this.arriving) this.releaseBuffer(flight);
    if (!flight.hasher) return;
    flight.hasher.digest();
    this.spareHashers.push(flight.hasher);
  }

  /** Hashes and writes a part of a piece that gathers nowhere. Says whether the connection goes on. */
  private hashAndWrite(flight: PieceInFlight, bytes: Uint8Array): boolean {
    flight.hasher ??= this.spareHashers.pop() ?? createHasher();
    flight.hasher.update(bytes);
    const failure = this.writer?.writePart(flight.request, flight.received, bytes) ?? null;
    if (failure !== null) this.end(diskEnd(failure));
    return failure === null;
  }

  /** The session does not write to the buffer of the last block any more. */
  private blockEnded(): void {
    const flight = this.arriving;
    this.arriving = null;
    if (flight?.cancelled) this.releaseBuffer(flight);
  }

  private releaseBuffer(flight: PieceInFlight): void {
    if (flight.buffer) this.shared.buffers.release(flight.buffer);
    flight.buffer = null;
  }

  /** All bytes of a piece have come. */
  private received(flight: PieceInFlight): void {
    const { request, buffer, hasher } = flight;
    // A piece that has gathered is hashed at once: its parts come as the network has cut them, which suits no hash.
    const digest = buffer ? hash(buffer.subarray(0, request.length)) : hasher?.digest();
    const right = digest !== undefined && bytesEqual(digest, request.hash);
    if (right) flight.buffer = null;
    this.remove(flight);
    if (!right) return this.events.addAndFlush({ kind: "bad", piece: request.piece });
    if (buffer) {
      this.writer?.write(request, buffer, (failure) => this.written(request, failure));
    } else {
      this.writer?.finishParts(request, (failure) => this.written(request, failure));
    }
  }

  private written({ piece }: PieceRequest, failure: Error | null): void {
    if (failure !== null) return this.end(diskEnd(failure));
    this.events.add({ kind: "piece", piece });
    if (this.byPiece.size < MIN_BUSY_REQUESTS) this.events.flush();
  }

  private refused({ request, code, message }: Messages["refusal"]): void {
    const flight = this.byRequest.get(request);
    this.validator.refused(request);
    if (flight) this.remove(flight);
    else if (request !== this.openRequest && request !== this.manifestRequest) return;
    this.events.addAndFlush({ kind: "refused", piece: flight?.request.piece ?? null, code, message });
  }
}
