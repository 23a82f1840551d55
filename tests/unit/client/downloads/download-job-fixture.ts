import fs from "node:fs";
import path from "node:path";
import { CentralSession } from "../../../../src/client/central-session.ts";
import { DownloadJob } from "../../../../src/client/downloads/download-job.ts";
import type { DownloadJobDeps, DownloadJobOptions } from "../../../../src/client/downloads/download-job-spec.ts";
import type { FinishedDownload } from "../../../../src/client/downloads/result.ts";
import { inlineHashing } from "../../../../src/hashing/hasher-client.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import type { Log } from "../../../../src/platform/log/log.ts";
import type { SourceAddress } from "../../../../src/protocol/fields.ts";
import { inlineConnections } from "../../../../src/transfer/connection/connection-pool.ts";
import { drive, driveThrough } from "../../../support/drive.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeNetwork } from "../../../support/fake-network.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { type Content, content } from "../../transfer/content.ts";
import { ScriptedSource, type SourceOptions } from "../../transfer/scripted-source.ts";
import { keepReports } from "../report-keeper.ts";
import { CENTRAL, ScriptedCentral } from "../scripted-central.ts";

export const NAME = "film.mkv";
/** Bytes for each millisecond of a source. */
const RATE = 1000;

/** A client's downloads from scripted sources to a real folder, with a scripted central, over a network in memory. */
export class DownloadJobFixture {
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork(this.clock);
  readonly central = new ScriptedCentral(this.clock, this.network);
  readonly folder = temporaryFolder();
  readonly path = path.join(this.folder, NAME);
  readonly logged: string[] = [];
  readonly refusals: Error[] = [];
  readonly sources: ScriptedSource[] = [];
  private diskHeld: Promise<void> = Promise.resolve();
  private lastId = 0;
  readonly session: CentralSession;
  readonly deps: DownloadJobDeps;
  /** What hashing fails with. */
  hashFailure: Error | null = null;

  constructor(readonly file: Content = content(5000)) {
    const { clock, network } = this;
    const note = (event: string, text: string) => void this.logged.push(`${event}: ${text}`);
    const log: Log = { info: note, warn: note, error: note };
    const random = { fraction: () => 0.5, bytes: (count: number) => new Uint8Array(count).fill(++this.lastId) };
    const base = { clock, network, random, log };
    this.session = new CentralSession(base, CENTRAL, "ana", (refusal) => void this.refusals.push(refusal));
    const hasher = inlineHashing(systemBlockingDisk, log);
    this.deps = {
      ...base,
      disk: {
        ...systemDisk,
        lstat: async (path) => {
          await this.diskHeld;
          return systemDisk.lstat(path);
        },
      },
      hasher: {
        ...hasher,
        hash: async (...args) => {
          await this.diskHeld;
          if (this.hashFailure) throw this.hashFailure;
          return hasher.hash(...args);
        },
        hashPieces: (...args) => hasher.hashPieces(...args),
        hashAs: (...args) => hasher.hashAs(...args),
        reuse: (...args) => hasher.reuse(...args),
      },
      connections: inlineConnections({ clock, network, disk: systemBlockingDisk }),
      session: this.session,
    };
  }

  /** A secondary that has the file. */
  source(options: SourceOptions = {}): ScriptedSource {
    const source = new ScriptedSource(this.clock, this.network, this.sources.length + 1, this.file, options);
    this.network.shape(source.address, { rate: RATE });
    this.sources.push(source);
    return source;
  }

  /** A download, begun. */
  start(options: Partial<DownloadJobOptions> = {}): DownloadJob {
    const destination = { kind: "file", path: this.path } as const;
    const job = new DownloadJob(this.deps, {
      name: NAME,
      destination,
      force: false,
      giveUpAfterMs: 10_000,
      ...options,
    });
    this.session.start();
    job.start();
    return job;
  }

  /** A download that the central has granted, and that has the given state. */
  async startUntil(state: DownloadJob["state"], options: Partial<DownloadJobOptions> = {}): Promise<DownloadJob> {
    this.central.start();
    const job = this.start(options);
    await this.until("it has asked", () => this.central.all("download").length > 0);
    this.grant(job);
    await this.until(`it is ${state}`, () => job.state === state);
    return job;
  }

  /** From here on the disk says of no path what is there, until the function that it gives is called. */
  holdDisk(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.diskHeld = promise;
    return resolve;
  }

  grant(job: DownloadJob): void {
    const { size, id } = this.file.version;
    this.central.send({
      type: "granted",
      download: job.id,
      name: NAME,
      id,
      size,
      modified: 0,
      blake3: null,
      sha256: null,
    });
  }

  queue(job: DownloadJob, position: number, estimate: number | null = null): void {
    this.central.send({ type: "queued", download: job.id, position, estimate });
  }

  /** The central says where the file is: at all sources that there are. */
  sendSources(superseded = false, name = NAME): void {
    const { id } = this.file.version;
    const sources: SourceAddress[] = this.sources.map(({ number, address }) => ({
      number,
      ...address,
      partial: false,
    }));
    this.central.send({ type: "sources", name, id, sources, superseded });
  }

  /** In the place of the first source, a secondary that keeps reports; their downloads are added to `kept`. */
  keepReports(kept: string[]): void {
    const address = this.sources[0]?.address ?? { host: "s1", port: 50_001 };
    keepReports(this.clock, this.network, address, (channel, { download }) => {
      kept.push(download);
      channel.send({ type: "counted", download });
    });
  }

  /** Lets time pass until a condition holds. */
  until(what: string, condition: () => boolean): Promise<void> {
    return drive(this.clock, what, condition);
  }

  /** Lets `ms` pass, and disks work meanwhile. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 10) {
      this.clock.advance(10);
      await Bun.sleep(0);
    }
  }

  end(job: DownloadJob): Promise<FinishedDownload> {
    return driveThrough(this.clock, job.ended);
  }

  /** Puts bytes where the finished file is to be. */
  putFile(bytes: Uint8Array): void {
    fs.writeFileSync(this.path, bytes);
  }

  get names(): string[] {
    return fs.readdirSync(this.folder).sort();
  }

  stop(): void {
    this.session.stop();
  }
}
