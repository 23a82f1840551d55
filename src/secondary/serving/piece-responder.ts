import { tellHeldBack } from "../../net/pacing/held-back-notices.ts";
import type { Channel } from "../../net/session/channel.ts";
import type { FileSlice } from "../../net/transport/network.ts";
import { type Clock, delay, every } from "../../platform/clock.ts";
import { ContentChanged } from "../../platform/content-state.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { ReadBuffer } from "../../platform/memory.ts";
import type { Allowance, Wait } from "../../platform/pacing/allowance.ts";
import { StateMachine } from "../../platform/state-machine.ts";
import { MAX_FILES_REQUESTS, MAX_PIECE_REQUESTS, SCARCE_READ_TIMEOUT_MS } from "../../protocol/limits.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { pieceCount, pieceLength, pieceSize } from "../../protocol/versions/version.ts";
import { say } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import type { PieceStore, ReadableVersion, SmallFiles } from "./piece-store.ts";
import { refuse, refuseTooMany, refuseUnreadable } from "./refusals.ts";
import { SessionFile } from "./session-file.ts";
import { batchEnd } from "./small-files.ts";

/** Most bytes of a block that goes from the page cache to the socket. */
const MAX_BLOCK_BYTES = 1024 * 1024;
/** Most bytes read at once from a disk: each session that reads has a buffer, of this size at most. */
const READ_BUFFER_BYTES = 512 * 1024;
/** Milliseconds for which one session may occupy the thread before the others have their turn. */
const TURN_MS = 5;

export interface PieceResponderDeps {
  readonly clock: Clock;
  readonly disk: Pick<Disk, "read" | "isCached" | "fstat" | "fstatNow">;
  readonly log: Pick<Log, "warn" | "error">;
  readonly channel: Pick<Channel, "send" | "backlog" | "close" | "remoteHost">;
  readonly pieces: PieceStore;
  readonly smallFiles: SmallFiles;
  /** What may be sent to who asks. */
  allowance(): Allowance;
  /** A piece goes out. */
  serving(): void;
  /** So many bytes of files are on their way. */
  sent(bytes: number): void;
}

type PieceMessage = Messages["piece"];

/** Small files, by the ids of their versions. */
interface FilesRequest {
  readonly type: "files";
  readonly request: number;
  readonly ids: readonly string[];
}

type DataRequest = PieceMessage | FilesRequest;

/** Answers the requests for pieces and small files of one connection: in their order, one block at a time. */
export class PieceResponder {
  private readonly queue: DataRequest[] = [];
  /** `answering`: a loop answers the queued requests; once `closed`, it ends at its next step. */
  private readonly life = new StateMachine<"idle" | "answering" | "closed">(
    "a connection's answers",
    { idle: ["answering", "closed"], answering: ["idle", "closed"], closed: [] },
    "idle",
  );
  /** The request that is being answered; null once it is cancelled. */
  private current: DataRequest | null = null;
  private readonly file: SessionFile;
  private readonly buffer = new ReadBuffer(READ_BUFFER_BYTES);
  /** Continues the loop, which waits until the network has accepted all that was sent. */
  private resume: (() => void) | null = null;
  /** Continues the loop, which waits until it may send. */
  private send: (() => void) | null = null;
  /** Milliseconds on the steady clock: when other sessions last had their turn. */
  private turnStart = 0;

  constructor(private readonly deps: PieceResponderDeps) {
    this.file = new SessionFile(deps.clock, deps.pieces);
  }

  /** Whether somebody waits for an answer. */
  get isAnswering(): boolean {
    return this.life.state === "answering";
  }

  requestPiece(request: PieceMessage): void {
    this.enqueue(request);
  }

  requestFiles(request: number, ids: readonly string[]): void {
    const waiting = this.queue.reduce((sum, { type }) => sum + (type === "files" ? 1 : 0), 0);
    if (waiting >= MAX_FILES_REQUESTS) this.refuseTooMany(request);
    else this.enqueue({ type: "files", request, ids });
  }

  /** The rest of the answer to a request is not wanted. */
  cancel(request: number): void {
    if (this.current?.request === request) this.current = null;
    const index = this.queue.findIndex((waiting) => waiting.request === request);
    if (index >= 0) this.queue.splice(index, 1);
  }

  /** The network has accepted all that was sent. */
  drained(): void {
    const { resume } = this;
    this.resume = null;
    resume?.();
  }

  /** The connection is closed. A loop that still reads the file releases it when it ends. */
  close(): void {
    const reading = this.life.state === "answering";
    this.life.become("closed");
    this.queue.length = 0;
    this.drained();
    this.send?.();
    if (!reading) this.file.close();
  }

  private get isClosed(): boolean {
    return this.life.state === "closed";
  }

  private refuse({ request }: DataRequest, error: unknown): void {
    const { channel, log } = this.deps;
    if (error instanceof ContentChanged) refuse(channel, request, "not-held", toldOf(error));
    else refuseUnreadable(channel, log, request, error);
  }

  private refuseTooMany(request: number): void {
    const { channel, log } = this.deps;
    refuseTooMany(channel, log, request, "requests");
  }

  private enqueue(request: DataRequest): void {
    if (this.queue.length >= MAX_PIECE_REQUESTS) {
      return this.refuseTooMany(request.request);
    }
    this.queue.push(request);
    if (this.life.state !== "idle") return;
    this.life.become("answering");
    // Once all requests that came together are here.
    queueMicrotask(() => void this.answerAll());
  }

  private async answerAll(): Promise<void> {
    this.turnStart = this.deps.clock.now();
    for (let request = this.queue.shift(); request; request = this.queue.shift()) {
      this.current = request;
      try {
        if (request.type === "files") await this.sendFiles(request);
        else await this.sendPiece(request);
      } catch (error) {
        this.file.release(true);
        this.refuse(request, error);
      }
      this.file.releaseIfScarce();
    }
    this.current = null;
    if (this.isClosed) return this.file.close();
    this.life.become("idle");
    this.file.releaseWhenIdle();
  }

  /** Reads and sends as many at a time as one payload may have. */
  private async sendFiles({ request, ids }: FilesRequest): Promise<void> {
    const { smallFiles, channel } = this.deps;
    const allowance = this.deps.allowance();
    const files = ids.map((id) => smallFiles.find(id));
    for (let start = 0; start < files.length && !this.isClosed; ) {
      const batch = files.slice(start, batchEnd(files, start, allowance.quantum));
      start += batch.length;
      const contents = await smallFiles.read(batch.filter((file) => file !== null));
      let next = 0;
      const sizes = batch.map((file) => (file ? (contents.sizes[next++] ?? null) : null));
      const wait = allowance.consume(contents.bytes.length);
      if (wait) await this.untilAllowed(wait);
      if (this.isClosed) return;
      channel.send({ type: "contents", request, sizes, payload: contents.bytes.length }, contents.bytes);
      this.deps.sent(contents.bytes.length);
      if (channel.backlog > 0) await this.untilDrained();
    }
  }

  private async sendPiece(request: PieceMessage): Promise<void> {
    const { channel, serving } = this.deps;
    const allowance = this.deps.allowance();
    const { id, piece } = request;
    const file = await this.file.acquire(id);
    if (!file?.has(piece) || piece >= pieceCount(file.size)) {
      return refuse(channel, request.request, "not-held", say("piece {piece} is not held here", { piece }));
    }
    serving();
    const start = piece * pieceSize(file.size);
    const length = pieceLength(file.size, piece);
    for (let sent = 0; sent < length && this.isWanted(request); ) {
      const most = Math.min(MAX_BLOCK_BYTES, allowance.quantum ?? MAX_BLOCK_BYTES);
      const slice = { fd: file.fd, position: start + sent, length: Math.min(most, length - sent) };
      const isCached = this.isCached(slice);
      sent += await (isCached ? this.sendBlock(request, file, slice) : this.readAndSend(request, file, slice));
    }
  }

  private isWanted(request: DataRequest): boolean {
    return this.current === request && !this.isClosed;
  }

  /** Sends the beginning of a slice. Gives how much that was. A limit that begins to hold while it is read holds for it, too. */
  private async readAndSend(request: PieceMessage, file: ReadableVersion, slice: FileSlice): Promise<number> {
    const read = await this.readVerified(file, slice);
    for (let sent = 0; sent < read.length && this.isWanted(request); ) {
      const most = this.deps.allowance().quantum ?? read.length;
      sent += await this.sendBlock(request, file, read.subarray(sent, sent + most));
    }
    return read.length;
  }

  /** Sends bytes, or a slice that is in memory, as soon as they may be sent. Gives how many they are. */
  private async sendBlock(
    request: PieceMessage,
    file: ReadableVersion,
    block: FileSlice | Uint8Array,
  ): Promise<number> {
    const { channel } = this.deps;
    const wait = this.deps.allowance().consume(block.length);
    if (wait) await this.untilAllowed(wait);
    if (!this.isWanted(request)) return block.length;
    let payload = block;
    if (!(block instanceof Uint8Array)) {
      if (wait && !this.isCached(block)) payload = await this.readVerified(file, block);
      else if (!file.isIntact(this.deps.disk.fstatNow(block.fd))) throw new ContentChanged();
    }
    if (!this.isWanted(request)) return block.length;
    channel.send({ type: "block", request: request.request, payload: payload.length }, payload);
    this.deps.sent(payload.length);
    // The buffer is used again for the next block, so this one must be on its way first.
    if (channel.backlog > 0) await this.untilDrained();
    else await this.yieldTurn();
    return payload.length;
  }

  /** The kernel sends from the page cache itself, but blocks the thread for bytes that are not in it. */
  private isCached({ fd, position, length }: FileSlice): boolean {
    return this.deps.disk.isCached(fd, position, length);
  }

  /**
   * The beginning of a slice, as long as the file is as it was when it was verified: a piece may take minutes under a
   * limit, and a session may ask for one after the other of a file that was opened long ago. Rejects with ContentChanged.
   */
  private async readVerified(file: ReadableVersion, slice: FileSlice): Promise<Uint8Array> {
    const bytes = await this.read(slice);
    // After the bytes: what is written from here on is not among them.
    if (!file.isIntact(await this.deps.disk.fstat(slice.fd))) throw new ContentChanged();
    return bytes;
  }

  /** The beginning of a slice, read from a disk without blocking the thread. */
  private async read({ fd, position, length }: FileSlice): Promise<Uint8Array> {
    const bytes = this.buffer.room(length);
    if ((await this.deps.disk.read(fd, bytes, position)) < bytes.length) throw new Error("it has become shorter");
    return bytes;
  }

  /** A socket that accepts all that is sent must not occupy the thread. */
  private async yieldTurn(): Promise<void> {
    const { clock } = this.deps;
    if (clock.now() - this.turnStart < TURN_MS) return;
    await delay(clock, 0);
    this.turnStart = clock.now();
  }

  private async untilAllowed(wait: Wait): Promise<void> {
    if (this.isClosed) return;
    const stopTelling = tellHeldBack(this.deps.clock, this.deps.channel);
    await new Promise<void>((resolve) => {
      const cancel = wait(resolve);
      this.send = () => {
        cancel();
        resolve();
      };
    });
    stopTelling();
    this.send = null;
    this.turnStart = this.deps.clock.now();
  }

  private async untilDrained(): Promise<void> {
    const { clock, pieces, channel } = this.deps;
    // Who reads nothing must not keep a file open that others wait for.
    const cancel = every(clock, SCARCE_READ_TIMEOUT_MS, () => {
      if (pieces.descriptorsScarce()) channel.close({ cause: "slow", message: "it does not read, and others wait" });
    });
    await new Promise<void>((resolve) => {
      this.resume = resolve;
    });
    cancel();
    this.turnStart = this.deps.clock.now();
  }
}
