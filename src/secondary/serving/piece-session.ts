import type { Channel, ChannelHandler, CloseReason } from "../../net/session/channel.ts";
import { openChannel } from "../../net/session/open-channel.ts";
import type { FileSlice, Socket } from "../../net/transport/network.ts";
import { type Cancel, type Clock, delay } from "../../platform/clock.ts";
import type { WholeFile } from "../../platform/disk/batch-disk.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import { hex } from "../../platform/hash.ts";
import type { Log } from "../../platform/log/log.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { ID_BYTES, MAX_BATCH } from "../../protocol/fields.ts";
import type { Report } from "../../protocol/messages/client.ts";
import type { Message, Messages } from "../../protocol/messages/messages.ts";
import { DATA_HEARTBEAT } from "../../protocol/timing.ts";
import { pieceCount, pieceLength, pieceSize } from "../../protocol/versions/version.ts";
import type { PieceStore, ReadableVersion, SmallFiles } from "./piece-store.ts";

/** Most bytes sent at once. */
const BLOCK = 1024 * 1024;
/** Most bytes read at once from a disk. */
const READ = 512 * 1024;
/** Milliseconds after which the other sessions have their turn. */
const TURN = 5;
/** Milliseconds without a request after which a file is not kept open. */
const IDLE = 1000;
/** Most requests that may wait on one connection. */
const MAX_REQUESTS = 1024;
/** Most requests for many files that may wait on one connection. */
const MAX_LISTS = 8;
/** Most bytes of small files that are read at once. */
const SMALL_BYTES = 1024 * 1024;

export interface PieceSessionDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly log: Pick<Log, "warn" | "error">;
  readonly pieces: PieceStore;
  readonly smallFiles: SmallFiles;
  /** The first piece of this download of this file goes out. */
  served(download: string, name: string): void;
  /** A client cannot reach the central and leaves its report here; says whether it is kept for good. */
  keepReport(report: Report): Promise<boolean>;
  closed(session: PieceSession, reason: CloseReason): void;
}

type PieceRequest = Messages["piece"];

/** Small files, by the ids of their versions. */
interface FilesRequest {
  readonly type: "files";
  readonly request: number;
  readonly ids: readonly string[];
}

const NOTHING = new Uint8Array(0);

/** One downloader's connection: answers requests for pieces in order, one block at a time. */
export class PieceSession implements ChannelHandler {
  readonly channel: Channel;
  private readonly requests: (PieceRequest | FilesRequest)[] = [];
  /** The request whose blocks go out now. */
  private current: PieceRequest | FilesRequest | null = null;
  private currentCancelled = false;
  private holding: { id: string; file: ReadableVersion } | null = null;
  private buffer: Uint8Array | null = null;
  private resume: (() => void) | null = null;
  /** When others last had their turn. */
  private turn = 0;
  /** What is being downloaded for a client, for the statistics. */
  private opened: { download: string; name: string; counted: boolean } | null = null;
  /** The version whose further pieces the peer wants to hear of. */
  private watching: string | null = null;
  /** Questions about a version of which nothing is here yet, but will be: at most one of each kind. */
  private early: (Messages["open"] | Messages["manifest"])[] = [];
  private working = false;
  private over = false;
  /** Since when it has had nothing to do, and whether that is looked at later. */
  private idleSince = 0;
  private idling = false;
  private cancelIdle: Cancel = () => {};

  constructor(
    private readonly deps: PieceSessionDeps,
    socket: Socket,
  ) {
    const options = { clock: deps.clock, role: "secondary", side: "accepts", heartbeat: DATA_HEARTBEAT } as const;
    this.channel = openChannel(socket, options, this);
  }

  /** The client's download that this connection is for. */
  get active(): { download: string; name: string } | null {
    return this.opened;
  }

  stop(): void {
    this.channel.fail("stopping", "this secondary is stopping");
  }

  /** Says that a piece of a version that is being copied has become available. */
  piecesAdded(id: string, pieces: readonly number[]): void {
    if (this.watching === id) {
      for (let start = 0; start < pieces.length; start += MAX_BATCH) {
        this.channel.send({ type: "have", id, pieces: pieces.slice(start, start + MAX_BATCH) });
      }
    }
  }

  /** What is held or expected has changed. */
  availabilityChanged(): void {
    const { early } = this;
    this.early = [];
    for (const question of early) this.message(question, NOTHING);
  }

  greeted(): void {}
  message(message: Message, payload: Uint8Array): void {
    switch (message.type) {
      case "open":
        void this.open(message);
        return;
      case "manifest":
        void this.manifest(message);
        return;
      case "piece":
        return this.request(message);
      case "files":
        return this.list(message.request, payload);
      case "cancel":
        return this.cancel(message.request);
      case "finish":
        void this.finish(message.report);
        return;
      default:
        return;
    }
  }

  drained(): void {
    const resume = this.resume;
    this.resume = null;
    resume?.();
  }

  closed(reason: CloseReason): void {
    this.over = true;
    this.requests.length = 0;
    this.drained();
    this.cancelIdle();
    if (!this.working) this.letGo();
    this.deps.closed(this, reason);
  }

  private async open(question: Messages["open"]): Promise<void> {
    const { request, id, name, download } = question;
    let file: ReadableVersion | null;
    try {
      file = await this.deps.pieces.acquire(id);
    } catch (error) {
      return this.unreadable(request, error);
    }
    if (!file) return this.refuseUnlessEarly(question, `${name} is not held here in this version`);
    const bitmap = file.bitmap();
    file.release();
    this.watching = bitmap ? id : null;
    if (download) this.opened = { download, name, counted: false };
    const payload = bitmap ?? NOTHING;
    this.channel.send({ type: "opened", request, all: bitmap === null, payload: payload.length }, payload);
  }

  private async manifest(question: Messages["manifest"]): Promise<void> {
    const { request, id } = question;
    const hashes = await this.deps.pieces.hashes(id).catch(() => null);
    if (!hashes) return this.refuseUnlessEarly(question, "the version is not held here");
    this.channel.send({ type: "hashes", request, payload: hashes.length }, hashes);
  }

  private async finish(report: Report): Promise<void> {
    // Without an answer it is left with somebody else.
    if (await this.deps.keepReport(report)) this.channel.send({ type: "counted", download: report.download });
  }

  private list(request: number, payload: Uint8Array): void {
    const lists = this.requests.reduce((sum, { type }) => sum + (type === "files" ? 1 : 0), 0);
    if (lists >= MAX_LISTS) return this.refuse(request, "busy", "too many requests at once");
    const ids = Array.from({ length: payload.length / ID_BYTES }, (_, index) =>
      hex(payload.subarray(index * ID_BYTES, (index + 1) * ID_BYTES)),
    );
    this.request({ type: "files", request, ids });
  }

  private request(request: PieceRequest | FilesRequest): void {
    if (this.requests.length >= MAX_REQUESTS) return this.refuse(request.request, "busy", "too many requests at once");
    this.requests.push(request);
    if (this.working) return;
    this.working = true;
    // Once all that came together is here.
    queueMicrotask(() => void this.work());
  }

  private cancel(request: number): void {
    if (this.current?.request === request) this.currentCancelled = true;
    const place = this.requests.findIndex((waiting) => waiting.request === request);
    if (place >= 0) this.requests.splice(place, 1);
  }

  private refuseUnlessEarly(question: Messages["open"] | Messages["manifest"], message: string): void {
    if (!this.deps.pieces.expects(question.id)) return this.refuse(question.request, "not-held", message);
    const same = this.early.find(({ type }) => type === question.type);
    if (same) this.refuse(same.request, "busy", "another version was asked for");
    this.early = [...this.early.filter((one) => one !== same), question];
  }

  private refuse(request: number, code: ErrorCode, message: string): void {
    this.channel.send({ type: "refusal", request, code, message });
  }

  private async work(): Promise<void> {
    this.turn = this.deps.clock.now();
    while (this.requests.length > 0) {
      const next = this.requests.shift();
      if (!next) break;
      this.current = next;
      this.currentCancelled = false;
      try {
        if (next.type === "files") await this.serveFiles(next);
        else await this.serve(next);
      } catch (error) {
        this.letGo();
        this.unreadable(next.request, error);
      }
      if (this.deps.pieces.descriptorsScarce()) this.letGo();
    }
    this.current = null;
    this.working = false;
    if (this.over) this.letGo();
    else if (this.holding) this.letGoLater();
  }

  /** The next request is most likely on its way. If none comes, somebody else may need the descriptor. */
  private letGoLater(): void {
    const { clock } = this.deps;
    this.idleSince = clock.now();
    if (this.idling) return;
    this.idling = true;
    const check = () => {
      this.idling = false;
      if (this.working) return;
      const left = this.idleSince + IDLE - clock.now();
      if (left <= 0 || this.deps.pieces.descriptorsScarce()) return this.letGo();
      this.idling = true;
      this.cancelIdle = clock.after(left, check);
    };
    this.cancelIdle = clock.after(IDLE, check);
  }

  private unreadable(request: number, error: unknown): void {
    const limit = error instanceof DiskError && error.failure === "limit";
    const what = error instanceof Error ? error.message : String(error);
    this.deps.log.error("unreadable", `a piece cannot be read: ${what}`);
    if (limit) this.refuse(request, "busy", "too many files are open here");
    else this.refuse(request, "unreadable", "the file cannot be read here");
  }

  /** Reads and sends as many at a time as a payload may have. */
  private async serveFiles({ request, ids }: FilesRequest): Promise<void> {
    const { smallFiles } = this.deps;
    const files = ids.map((id) => smallFiles.find(id));
    for (let done = 0; done < files.length && !this.over; ) {
      const some = files.slice(done, endOf(files, done));
      done += some.length;
      const contents = await smallFiles.read(some.filter((file) => file !== null));
      let place = 0;
      const sizes = some.map((file) => (file ? (contents.sizes[place++] ?? null) : null));
      if (this.over) return;
      this.channel.send({ type: "contents", request, sizes, payload: contents.bytes.length }, contents.bytes);
      if (this.channel.backlog > 0) await this.untilDrained();
    }
  }

  private count(): void {
    if (!this.opened || this.opened.counted) return;
    this.opened.counted = true;
    this.deps.served(this.opened.download, this.opened.name);
  }

  private async serve({ request, id, piece }: PieceRequest): Promise<void> {
    const file = await this.hold(id);
    if (!file?.has(piece) || piece >= pieceCount(file.size)) {
      return this.refuse(request, "not-held", `piece ${piece} is not held here`);
    }
    this.count();
    const start = piece * pieceSize(file.size);
    const length = pieceLength(file.size, piece);
    for (let done = 0; done < length && !this.over && !this.currentCancelled; ) {
      const rest = { fd: file.fd, position: start + done, length: Math.min(BLOCK, length - done) };
      const payload = this.deps.disk.isCached(rest.fd, rest.position, rest.length) ? rest : await this.read(rest);
      if (this.over) return;
      this.channel.send({ type: "block", request, payload: payload.length }, payload);
      done += payload.length;
      // The buffer is read into again, so all of it must be on its way first.
      if (this.channel.backlog > 0) await this.untilDrained();
      else await this.giveWay();
    }
  }

  /** The beginning of a slice, from a disk, without holding up everyone else. */
  private async read({ fd, position, length }: FileSlice): Promise<Uint8Array> {
    this.buffer ??= new Uint8Array(READ);
    const bytes = this.buffer.subarray(0, length);
    if ((await this.deps.disk.read(fd, bytes, position)) < bytes.length) throw new Error("it has become shorter");
    return bytes;
  }

  /** A socket that takes all there is must not keep the thread. */
  private async giveWay(): Promise<void> {
    const { clock } = this.deps;
    if (clock.now() - this.turn < TURN) return;
    await delay(clock, 0);
    this.turn = clock.now();
  }

  private async untilDrained(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.resume = resolve;
    });
    this.turn = this.deps.clock.now();
  }

  /** The file of a version, kept from one request to the next. */
  private async hold(id: string): Promise<ReadableVersion | null> {
    if (this.holding?.id === id) return this.holding.file;
    this.letGo();
    const file = await this.deps.pieces.acquire(id);
    if (file) this.holding = { id, file };
    return file;
  }

  private letGo(): void {
    this.holding?.file.release();
    this.holding = null;
  }
}

/** Where those from `start` on that fit into one payload end. */
function endOf(files: readonly (WholeFile | null)[], start: number): number {
  let bytes = 0;
  const end = files.findIndex((file, index) => {
    bytes += index < start ? 0 : (file?.size ?? 0);
    return bytes > SMALL_BYTES;
  });
  return end < 0 ? files.length : end;
}
