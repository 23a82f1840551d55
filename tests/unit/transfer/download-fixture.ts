import { expect } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { inlineHashing } from "../../../src/hashing/hasher-client.ts";
import { pacedNetwork } from "../../../src/net/pacing/paced-network.ts";
import { systemBlockingDisk } from "../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../src/platform/disk/system-disk.ts";
import type { Log } from "../../../src/platform/log/log.ts";
import { RateLimiter } from "../../../src/platform/pacing/rate-limiter.ts";
import { TokenBucket } from "../../../src/platform/pacing/token-bucket.ts";
import { MIB } from "../../../src/platform/units.ts";
import { inlineConnections } from "../../../src/transfer/connection/connection-pool.ts";
import { Download, type DownloadOutcome } from "../../../src/transfer/download.ts";
import { PartFile } from "../../../src/transfer/sinks/part-file.ts";
import type { Sink } from "../../../src/transfer/sinks/sink.ts";
import { type WorkFiles, workFilesFor } from "../../../src/transfer/sinks/work-files/work-files.ts";
import { countedDisk } from "../../support/counted-disk.ts";
import { driveThrough } from "../../support/drive.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeNetwork, type LineOptions } from "../../support/fake-network.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { type Content, content } from "./content.ts";
import { ScriptedSource, type SourceOptions } from "./scripted-source.ts";

export const FILE = content(9 * MIB + 4321);
export const PIECES = 10;
/** Bytes for each millisecond of a source: 10 MiB/s. */
export const RATE = 10_486;

/** A download of one file from scripted sources to a real folder, over a network in memory. */
export class DownloadFixture {
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork(this.clock);
  private readonly counted = countedDisk(systemDisk);
  /** Of all that is received. */
  readonly limiter = new RateLimiter({ clock: this.clock, now: () => this.clock.now() }, new TokenBucket());
  readonly sources: ScriptedSource[] = [];
  readonly faultsFound: { number: number; piece: number | null }[] = [];
  readonly available: number[] = [];
  readonly warnings: string[] = [];
  /** Why there was no source, each time that the download said so. */
  readonly noSourcesReasons: string[] = [];

  constructor(
    readonly file: Content = FILE,
    readonly folder = temporaryFolder(),
  ) {}

  get path(): string {
    return path.join(this.folder, "film.mkv");
  }

  get files(): WorkFiles {
    return workFilesFor(this.path);
  }

  /** The work files that there are when it was left. */
  get workFileNames(): string[] {
    return [this.files.journal, this.files.part].map((file) => path.basename(file));
  }

  source(options: SourceOptions = {}, line: Partial<LineOptions> = {}): ScriptedSource {
    const source = new ScriptedSource(this.clock, this.network, this.sources.length + 1, this.file, options);
    this.network.shape(source.address, { latency: 5, rate: RATE, buffer: 256 * 1024, chunk: 64 * 1024, ...line });
    this.sources.push(source);
    return source;
  }

  /** `wrap` may put something between the download and its part file. */
  async download(stallTimeoutMs = 10_000, wrap = (sink: Sink): Sink => sink): Promise<Download> {
    const { clock, limiter } = this;
    const network = pacedNetwork(this.network, { clock, allowance: () => limiter });
    const warn = (_event: string, message: string) => void this.warnings.push(String(message));
    const log: Log = { info() {}, warn, error: warn };
    const hasher = inlineHashing(systemBlockingDisk, log);
    const { version } = this.file;
    const options = {
      disk: this.counted.disk,
      clock,
      hasher,
      log,
      files: this.files,
      name: "film.mkv",
      version,
      modified: 0,
      force: false,
      direct: false,
    };
    const sink = wrap(await PartFile.prepare(options));
    const download = new Download(
      {
        name: "film.mkv",
        version,
        download: "0".repeat(32),
        role: "client",
        stallTimeoutMs,
        copyingSecondary: null,
      },
      {
        clock,
        random: { fraction: () => 0.5, bytes: (length) => new Uint8Array(length) },
        connections: inlineConnections({ clock, network, disk: systemBlockingDisk }),
        log,
        sink,
        isLimited: () => limiter.holdsBack(),
      },
      {
        faultFound: (number, piece) => void this.faultsFound.push({ number, piece }),
        pieceAvailable: (piece) => void this.available.push(piece),
        noSources: (why) => void this.noSourcesReasons.push(String(why)),
      },
    );
    this.updateSources(download);
    return download;
  }

  updateSources(download: Download, sources = this.sources): void {
    download.updateSources(
      sources.map(({ number, address, options }) => ({ number, ...address, partial: options.have !== undefined })),
      false,
    );
  }

  /** Runs it to its end, `step` milliseconds in each turn of the event loop in which no disk is waited for. */
  async run(download: Download, step?: number): Promise<DownloadOutcome> {
    return driveThrough(this.clock, download.run(), step, this.counted.isBusy);
  }

  /** Whether the finished file is there and is what it should be, and nothing else is. */
  expectWholeFile(): void {
    expect(fs.readdirSync(this.folder)).toEqual(["film.mkv"]);
    expect(fs.readFileSync(this.path).equals(this.file.bytes)).toBe(true);
  }

  /** After the end nothing may go on: no connection, no timer. */
  expectNothingRunning(): void {
    this.clock.advance(5000);
    for (const { channels } of this.sources) for (const { state } of channels) expect(state).toBe("closed");
    expect(this.clock.pending).toBe(0);
  }
}

/** A sink that does some things otherwise than another one. */
export function changedSink(sink: Sink, changes: Partial<Sink>): Sink {
  return {
    file: sink.file,
    direct: sink.direct,
    journal: sink.journal,
    hashes: sink.hashes,
    resumablePath: sink.resumablePath,
    fresh: sink.fresh,
    windowPieces: sink.windowPieces,
    begin: (hashes, zeros) => sink.begin(hashes, zeros),
    verifyUnread: () => sink.verifyUnread?.(),
    position: (piece) => sink.position(piece),
    markPosition: (piece) => sink.markPosition(piece),
    setListener: (listener) => sink.setListener(listener),
    pieceWritten: (piece) => sink.pieceWritten(piece),
    finish: () => sink.finish(),
    abandon: () => sink.abandon(),
    ...changes,
  };
}
