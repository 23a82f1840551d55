import fs from "node:fs";
import { CacheFolder } from "../../../../src/client/streaming/cache-folder.ts";
import { KeptPieces } from "../../../../src/client/streaming/kept-pieces.ts";
import { NamelessFiles, type StreamFiles } from "../../../../src/client/streaming/store-file.ts";
import { type ReaderFile, Streams } from "../../../../src/client/streaming/streams.ts";
import type { Hashing } from "../../../../src/hashing/hashing.ts";
import { type BlockingDisk, type Disk, DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import type { ListedFile } from "../../../../src/protocol/messages/client.ts";
import type { Message } from "../../../../src/protocol/messages/messages.ts";
import { inlineConnections } from "../../../../src/transfer/connection/connection-pool.ts";
import { driveThrough } from "../../../support/drive.ts";
import { MIB } from "../../../support/files.ts";
import { content } from "../../transfer/content.ts";
import { DownloadJobFixture, NAME } from "../downloads/download-job-fixture.ts";

export const FILE = content(20 * MIB + 777);

/** Files that a client's readers read from scripted sources, with a scripted central that grants everything. */
export class StreamsFixture extends DownloadJobFixture {
  readonly kept = new KeptPieces();
  /** Files that the central refuses to give. */
  readonly unknown = new Set<string>();
  readonly reports: string[] = [];
  /** What the central lists. */
  readonly catalogue: ListedFile[] = [];
  /** What is told of each download that has ended. */
  readonly ends: string[] = [];
  /** Names for which the central was asked. */
  readonly askedFor: string[] = [];
  /** Pieces that were compared with their hashes: each from, and up to but not including. */
  readonly verified: [number, number][] = [];
  /** Folders whose disks are full, from so many bytes on that are written to a file of them. */
  readonly full = new Map<string, number>();

  readonly streams: Streams;

  private constructor(
    files: StreamFiles | null,
    file = FILE,
    /** What the cache has said. */
    readonly said: string[] = [],
  ) {
    super(file);
    const { clock, network } = this;
    const write: BlockingDisk["write"] = (fd, bytes, position) => {
      const path = fs.readlinkSync(`/proc/self/fd/${fd}`);
      for (const [folder, room] of this.full)
        if (path.startsWith(`${folder}/`) && position + bytes.length > room)
          throw new DiskError("full", path, `cannot write ${path}: the disk is full`);
      systemBlockingDisk.write(fd, bytes, position);
    };
    const connections = inlineConnections({ clock, network, disk: { ...systemBlockingDisk, write } });
    const hasher: Hashing = {
      ...this.deps.hasher,
      hashPieces: (path, size, start, end) => {
        this.verified.push([start, end]);
        return this.deps.hasher.hashPieces(path, size, start, end);
      },
    };
    const deps = { ...this.deps, hasher, connections, kept: this.kept, files: files ?? new NamelessFiles(this.deps) };
    this.streams = new Streams({ ...deps, giveUpAfterMs: 10_000 }, 3, ({ name }, outcome) => {
      this.ends.push(`${name} ${outcome}`);
    });
    this.central.answer = (message) => this.answer(message);
    this.central.start();
    this.session.start();
  }

  static nameless(file = FILE): StreamsFixture {
    return new StreamsFixture(null, file);
  }

  /** What is read is kept in a folder. */
  static async keepingIn(folder: string, limit: number, disk?: Partial<Disk>): Promise<StreamsFixture> {
    const nameless = StreamsFixture.nameless();
    nameless.stop();
    const deps = { ...nameless.deps, disk: { ...nameless.deps.disk, ...disk } };
    const said: string[] = [];
    const note = (event: string, text: string) => void said.push(`${event}: ${text}`);
    const log = { info: note, warn: note, error: note };
    return new StreamsFixture(await CacheFolder.open({ ...deps, log }, folder, limit), FILE, said);
  }

  open(name = NAME): Promise<ReaderFile> {
    return driveThrough(this.clock, this.streams.open(name));
  }

  /** Reads bytes as an HTTP thread does: asks where they are, and reads them there. Leaves the reader there. */
  async read({ reader }: ReaderFile, start: number, end: number): Promise<Buffer> {
    this.streams.begin(reader, start, this.file.version.size);
    const bytes = Buffer.alloc(end - start);
    for (let at = start; at < end; ) {
      for (const extent of await driveThrough(this.clock, this.streams.read(reader, at, at))) {
        const count = Math.min(end, extent.end) - at;
        const { place } = extent;
        if (place) fs.readSync(place.fd, bytes, at - start, count, place.position + at - extent.start);
        at += count;
        if (at === end) break;
      }
    }
    return bytes;
  }

  /** The descriptor of the file in which the first piece of one is, which the reader reads. */
  async fdOf({ reader }: ReaderFile): Promise<number | undefined> {
    this.streams.begin(reader, 0, 1);
    const [first] = await driveThrough(this.clock, this.streams.read(reader, 0, 0));
    return first?.place?.fd;
  }

  private sendSourcesOf(name: string): void {
    const sources = this.sources.map(({ number, address }) => ({ number, ...address, partial: false }));
    this.central.send({ type: "sources", name, id: this.file.version.id, sources, superseded: false });
  }

  private answer(message: Message): void {
    if (message.type === "finish") {
      this.reports.push(message.report.outcome);
      this.central.send({ type: "counted", download: message.report.download });
    }
    if (message.type === "list") {
      const { request } = message;
      const files = this.catalogue.toSorted((one, other) => (one.name < other.name ? -1 : 1));
      return this.central.send({ type: "listing", request, files, more: false });
    }
    if (message.type === "watch") this.sendSourcesOf(message.name);
    if (message.type !== "download" || message.running !== null) return;
    const { download, name } = message;
    this.askedFor.push(name);
    if (this.unknown.has(name)) {
      return this.central.send({ type: "denied", download, code: "no-such-file", message: `there is no ${name}` });
    }
    const { size, id } = this.file.version;
    this.central.send({ type: "granted", download, name, id, size, modified: 5_000_000, blake3: null, sha256: null });
  }
}
