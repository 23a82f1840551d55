import type { StoredExtent } from "../../http/client/backend.ts";
import { type Random, uniqueId } from "../../platform/random.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { isName } from "../../protocol/name.ts";
import { say } from "../../sentences/sentence.ts";
import type { DownloadListener } from "../central-session.ts";
import { ReadAhead } from "./read-ahead.ts";
import {
  Stream,
  type StreamDeps,
  StreamError,
  type StreamedFile,
  type StreamOutcome,
  type StreamView,
} from "./stream.ts";

/** A file that is open for one reader. */
export interface ReaderFile extends StreamedFile {
  readonly reader: number;
}

/** Milliseconds that somebody waits for a file that the central does not let him have yet. */
const OPEN_TIMEOUT_MS = 20_000;
/** Most readers at once. */
const MAX_READERS = 1000;

/** All files that are read, by name, and their readers. */
export class Streams implements DownloadListener {
  private readonly byName = new Map<string, Stream>();
  private readonly all = new Set<Stream>();
  private readonly streamOf = new Map<number, Stream>();
  private readonly readAhead = new ReadAhead();
  private readonly subscription: string;
  private lastReader = 0;
  /** Bytes that came for files that are closed by now. */
  private receivedBefore = 0;

  constructor(
    private readonly deps: Omit<StreamDeps, "readAhead"> & { readonly random: Random },
    /** Most files that may be read at once. */
    private readonly maxStreams: number,
    /** The download of a file that was read has ended. */
    private readonly hasEnded: (stream: StreamView, outcome: StreamOutcome) => void = () => {},
  ) {
    this.subscription = uniqueId(deps.random);
    deps.session.subscribe(this.subscription, this);
  }

  /** Files that are read, or were just now, and those who read them. */
  get counts(): { readonly files: number; readonly readers: number } {
    return { files: this.all.size, readers: this.streamOf.size };
  }

  /** Files that can be read, or will be soon. */
  list(): StreamView[] {
    return [...this.all].filter(({ isOpen }) => isOpen).map(({ view }) => view);
  }

  /** Bytes that secondaries have sent since the start. */
  get receivedBytes(): number {
    return [...this.all].reduce((sum, stream) => sum + stream.receivedBytes, this.receivedBefore);
  }

  /** Opens the version of now of a file for a new reader. Rejects with {@link StreamError}. */
  async open(name: string): Promise<ReaderFile> {
    // The central would end the session of whoever asks for it.
    if (!isName(name)) throw new StreamError("no-such-file", say("no file has such a name"));
    if (this.streamOf.size >= MAX_READERS) throw new StreamError("busy", say("too many read at once; try again later"));
    const stream = await this.streamFor(name);
    const file = await this.orTimeout(stream);
    if (!stream.isOpen) throw new StreamError("failed", say("{name} is not read any more; try again", { name }));
    this.lastReader += 1;
    stream.add(this.lastReader);
    this.streamOf.set(this.lastReader, stream);
    return { ...file, reader: this.lastReader };
  }

  /** See {@link Stream.begin}. */
  begin(reader: number, start: number, end: number): void {
    this.streamOf.get(reader)?.begin(reader, start, end);
  }

  /** See {@link Stream.read}. */
  async read(reader: number, at: number, from: number): Promise<readonly StoredExtent[]> {
    const stream = this.streamOf.get(reader);
    if (!stream) throw new StreamError("failed", say("there is no such reader"));
    return stream.read(reader, at, from);
  }

  /** See {@link Stream.end}. */
  end(reader: number, at: number): void {
    const stream = this.streamOf.get(reader);
    this.streamOf.delete(reader);
    stream?.end(reader, at);
  }

  /** No reader is there any more. */
  endAll(): void {
    for (const reader of [...this.streamOf.keys()]) this.end(reader, 0);
  }

  /** Resolves when nothing is fetched or open any more. */
  async stop(): Promise<void> {
    this.deps.session.unsubscribe(this.subscription);
    this.endAll();
    for (const stream of this.all) stream.stop();
    await Promise.all([...this.all].map((stream) => stream.closed));
    await this.deps.files.stop();
  }

  /** The catalogue has another version, or none: those who read the old one go on, nobody new gets it. */
  sources({ name, id, superseded }: Messages["sources"]): void {
    if (superseded && this.byName.get(name)?.id === id) this.byName.delete(name);
  }

  connected(): void {}

  disconnected(): void {}

  update(): void {}

  private async streamFor(name: string): Promise<Stream> {
    const there = this.byName.get(name);
    if (there?.isOpen) return there;
    // Its pieces are of use to the next one, once its file is closed.
    if (there && there.readerCount === 0) await there.closed;
    const meanwhile = this.byName.get(name);
    if (meanwhile?.isOpen) return meanwhile;
    this.makeRoom();
    const stream = new Stream({ ...this.deps, readAhead: this.readAhead }, name, this.hasEnded);
    this.byName.set(name, stream);
    this.all.add(stream);
    void stream.closed.then(() => {
      this.all.delete(stream);
      this.receivedBefore += stream.receivedBytes;
      if (this.byName.get(name) === stream) this.byName.delete(name);
    });
    return stream;
  }

  /** Of too many files, ends one that nobody reads now. */
  private makeRoom(): void {
    if (this.all.size < this.maxStreams) return;
    const unread = [...this.all].find((stream) => stream.isOpen && stream.readerCount === 0);
    if (!unread)
      throw new StreamError(
        "busy",
        say("{most} files are read at once, and no more can be; try again later", { most: this.maxStreams }),
      );
    unread.stop();
  }

  private async orTimeout(stream: Stream): Promise<StreamedFile> {
    const late = Promise.withResolvers<never>();
    const cancel = this.deps.clock.after(OPEN_TIMEOUT_MS, () => late.reject(new StreamError("busy", stream.note())));
    try {
      return await Promise.race([stream.opened, late.promise]);
    } finally {
      cancel();
    }
  }
}
