import { HeldBackPeer } from "../../net/pacing/held-back-peer.ts";
import type { CloseReason } from "../../net/session/channel.ts";
import { type Cancel, every, NOTHING_TO_CANCEL } from "../../platform/clock.ts";
import { hash } from "../../platform/hash.ts";
import { NO_BYTES } from "../../platform/memory.ts";
import { MAX_BATCH, SMALL_FILE_BYTES } from "../../protocol/fields.ts";
import type { Message, Messages } from "../../protocol/messages/messages.ts";
import { hashesMatch } from "../../protocol/versions/version.ts";
import { say } from "../../sentences/sentence.ts";
import type {
  ConnectionCommand,
  ConnectionEnd,
  ConnectionEvent,
  ConnectionFault,
  SmallFile,
  SmallFilesSpec,
} from "./messages.ts";
import { CHECK_INTERVAL_MS, ProgressDeadline } from "./progress-deadline.ts";
import { ResponseValidator } from "./response-validator.ts";
import { diskEnd, SourceConnection } from "./source-connection.ts";
import type { ConnectionDeps } from "./thread-resources.ts";
import { SmallFilesWriter } from "./writing/small-files-writer.ts";

/** Bytes, and lists of files, asked for at once. */
const MAX_REQUESTED_BYTES = 4 * 1024 * 1024;
const MAX_REQUESTED_LISTS = 2;
/** Most files in a list. */
const MAX_FILES_PER_LIST = MAX_BATCH;

/** A file that is asked for as a piece. */
interface SingleFileRequest {
  readonly place: number;
  readonly file: SmallFile;
  readonly bytes: Uint8Array;
  filled: number;
}

/** In place of a file's: what was asked for is a list. */
const LIST_REQUEST = -1;

/** Files that are asked for with one message, by their places; so many of them were answered. */
interface ListRequest {
  readonly places: readonly number[];
  answered: number;
}

/**
 * One connection that fetches many files of at most one piece, the smallest with one message for many: requests are
 * pipelined, each file is verified in memory and written, and one flush of the file system at the end serves them all.
 * The connection ends when the source makes no progress with its answers.
 */
export class SmallFilesConnection extends SourceConnection {
  private spec: SmallFilesSpec | null = null;
  private writer: SmallFilesWriter | null = null;
  private next = 0;
  private requestedBytes = 0;
  /** By request. */
  private readonly singles = new Map<number, SingleFileRequest>();
  private readonly lists = new Map<number, ListRequest>();
  private deadline: ProgressDeadline | null = null;
  private readonly heldBackPeer = new HeldBackPeer();
  private cancelChecks: Cancel = NOTHING_TO_CANCEL;

  constructor(
    deps: ConnectionDeps,
    private readonly post: (event: ConnectionEvent) => void,
  ) {
    super(deps, new ResponseValidator((place) => say(place === LIST_REQUEST ? "a list of files" : "a small file")));
  }

  command(command: ConnectionCommand): void {
    if (this.ended) return;
    if (command.kind === "small-files") this.start(command.spec);
    else if (command.kind === "stop") this.end({ cause: "stopped" });
  }

  override greeted(): void {
    const { clock } = this.deps;
    this.deadline = new ProgressDeadline(clock.now());
    this.cancelChecks = every(clock, CHECK_INTERVAL_MS, () => this.checkProgress());
    this.requestMore();
  }

  message(message: Message, payload: Uint8Array): void {
    if (message.type === "held-back") {
      if (this.heldBackPeer.saidSo(this.deps.clock.now())) this.heldBack();
      return;
    }
    this.heldBackPeer.progressed();
    if (message.type === "contents") this.contents(message, payload);
    else if (message.type === "refusal") this.refused(message.request);
    else this.offence(say("answered what nobody had asked for"));
    this.requestMore();
  }

  payloadBytes(_message: Message, bytes: number): void {
    this.deadline?.received(bytes, this.deps.clock.now());
  }

  block({ request }: Messages["block"], bytes: Uint8Array): void {
    this.heldBackPeer.progressed();
    if (!this.accept(request, bytes.length)) return;
    const asked = this.singles.get(request);
    if (!asked) return this.offence(say("sent bytes of a piece where a list of files was due"));
    this.deadline?.received(bytes.length, this.deps.clock.now());
    asked.bytes.set(bytes, asked.filled);
    asked.filled += bytes.length;
    if (asked.filled < asked.bytes.length) return;
    this.singles.delete(request);
    this.requestedBytes -= asked.file.size;
    this.deadline?.renew(this.deps.clock.now());
    this.store(asked.place, asked.bytes);
    this.requestMore();
  }

  heldBack(): void {
    this.deadline?.renew(this.deps.clock.now());
  }

  protected override faultIn(reason: CloseReason): Pick<ConnectionFault, "message" | "fault"> {
    if (reason.cause === "protocol")
      return { message: say("sent garbage: {reason}", { reason: reason.message }), fault: "offence" };
    return { message: reason.message, fault: null };
  }

  protected override finish(end: ConnectionEnd): void {
    this.cancelChecks();
    let last = end;
    try {
      const stored = this.writer?.flush() ?? null;
      if (stored) this.post({ kind: "stored", ...stored });
    } catch (error) {
      last = diskEnd(error);
    }
    this.post({ kind: "ended", end: last });
  }

  private start(spec: SmallFilesSpec): void {
    this.spec = spec;
    this.writer = new SmallFilesWriter(this.deps.disk, spec);
    this.tryDisk(() => this.deps.disk.makeSubfolder(spec.folder, spec.reach));
    if (!this.ended) this.connect(spec.number, spec.address, "secondary");
  }

  private checkProgress(): void {
    const message = this.deadline?.check(this.deps.clock.now()) ?? null;
    if (message !== null) this.end({ cause: "source", message, fault: null });
  }

  private get files(): readonly SmallFile[] {
    return this.spec?.files ?? [];
  }

  private requestMore(): void {
    this.channel?.cork(() => {
      while (
        this.channel &&
        this.lists.size < MAX_REQUESTED_LISTS &&
        this.requestedBytes < MAX_REQUESTED_BYTES &&
        this.requestNext()
      );
    });
    if (this.lists.size + this.singles.size === 0 && this.next >= this.files.length) this.end({ cause: "stopped" });
  }

  /** Asks for the next files; says whether there were any. */
  private requestNext(): boolean {
    const places: number[] = [];
    let bytes = 0;
    for (
      ;
      this.next < this.files.length && places.length < MAX_FILES_PER_LIST && bytes < MAX_REQUESTED_BYTES;
      this.next++
    ) {
      const size = this.files[this.next]?.size ?? 0;
      if (size === 0) this.store(this.next, NO_BYTES);
      else if (size <= SMALL_FILE_BYTES) places.push(this.next);
      else this.requestSingle(this.next);
      bytes += size;
    }
    if (places.length === 0) return bytes > 0;
    const request = this.nextRequest();
    const ids = Buffer.from(places.map((place) => this.files[place]?.id).join(""), "hex");
    this.lists.set(request, { places, answered: 0 });
    this.validator.requested(request, LIST_REQUEST, places.length);
    for (const place of places) this.requestedBytes += this.files[place]?.size ?? 0;
    this.channel?.send({ type: "files", request, payload: ids.length }, ids);
    return true;
  }

  /** Asks for a file as its only piece. */
  private requestSingle(place: number): void {
    const file = this.files[place];
    if (!file) return;
    const request = this.nextRequest();
    this.singles.set(request, { place, file, bytes: new Uint8Array(file.size), filled: 0 });
    this.validator.requested(request, place, file.size);
    this.requestedBytes += file.size;
    this.channel?.send({ type: "piece", request, id: file.id, piece: 0 });
  }

  private contents({ request, sizes }: Messages["contents"], payload: Uint8Array): void {
    if (!this.accept(request, sizes.length)) return;
    const list = this.lists.get(request);
    if (!list) return this.offence(say("sent a list of files where a piece was due"));
    const sum = sizes.reduce<number>((bytes, size) => bytes + (size ?? 0), 0);
    if (sizes.length === 0 || sum !== payload.length) return this.offence(say("sent other bytes than it said"));
    let taken = 0;
    for (const size of sizes) {
      const place = list.places[list.answered];
      const file = place === undefined ? undefined : this.files[place];
      if (place === undefined || !file) return;
      list.answered += 1;
      this.requestedBytes -= file.size;
      if (size === null) {
        this.requestSingle(place);
        continue;
      }
      // Of the wrong length it has the wrong hash.
      this.store(place, payload.subarray(taken, taken + size));
      taken += size;
    }
    if (list.answered < list.places.length) return;
    this.lists.delete(request);
    this.deadline?.renew(this.deps.clock.now());
  }

  private refused(request: number): void {
    if (!this.validator.refused(request)) return this.offence(say("refused what nobody had asked for"));
    this.deadline?.renew(this.deps.clock.now());
    const asked = this.singles.get(request);
    const list = this.lists.get(request);
    if (asked) this.requestedBytes -= asked.file.size;
    for (const place of list?.places.slice(list.answered) ?? []) this.requestedBytes -= this.files[place]?.size ?? 0;
    this.singles.delete(request);
    this.lists.delete(request);
  }

  private store(place: number, bytes: Uint8Array): void {
    const file = this.files[place];
    if (!file || this.ended) return;
    // An empty file has no pieces.
    const hashes = bytes.length === 0 ? bytes : hash(bytes);
    if (bytes.length !== file.size || !hashesMatch(file, hashes)) return this.post({ kind: "bad", piece: place });
    this.tryDisk(() => this.writer?.write(place, file, bytes, hashes));
  }

  private tryDisk(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.end(diskEnd(error));
    }
  }
}
