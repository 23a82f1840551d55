import { type Destination, destinationIn } from "../../../../src/client/downloads/destination.ts";
import { DownloadQueue } from "../../../../src/client/downloads/download-queue.ts";
import type { FinishedDownload } from "../../../../src/client/downloads/result.ts";
import { KeyError } from "../../../../src/keys/key-error.ts";
import type { KeyKeeper } from "../../../../src/keys/key-keeper.ts";
import type { Address } from "../../../../src/net/address/address.ts";
import { delay } from "../../../../src/platform/clock.ts";
import type { RateLimiter } from "../../../../src/platform/pacing/rate-limiter.ts";
import { PeerError } from "../../../../src/protocol/errors.ts";
import type { ByteOutput } from "../../../../src/transfer/sinks/pipe-sink.ts";
import type { ProcessPorts } from "../machines/process-ports.ts";
import { simConnections, simHashing, simLimiter, simNearConnections } from "../machines/worker-threads.ts";
import { ReceiptSession } from "./receipt-session.ts";

/** Threads that receive, and downloads at once, as a client has them on a machine with two processors. */
const THREADS = 2;
const DOWNLOADS = 4;
/** Milliseconds for downloads to end in order (src/cli/client/get.ts). */
const STOP_TIMEOUT_MS = 1500;

/** What `redes client get` is told. */
export interface GetOptions {
  readonly names: readonly string[];
  readonly force: boolean;
  /** Milliseconds without a source, or a central to ask, before it gives up. */
  readonly giveUpAfterMs: number;
  /** Most bytes a second; 0: any. */
  readonly rate: number;
  /** Whether its main thread receives small files: that of a client with a console has other things to do. */
  readonly near: boolean;
  /** Where the files go: a folder, or what takes the bytes of the only one. */
  readonly to: { readonly folder: string } | { readonly output: ByteOutput };
}

/** Gives a process its keys, and what keeps them renewed; null where nothing does. Rejects with KeyError. */
export type LoadKeys = () => Promise<Pick<KeyKeeper, "stop"> | null>;

/** Sees what comes of the files of one `get`. */
export interface GetObserver {
  began(download: string, name: string): void;
  counted(download: string): void;
  ended(name: string, finished: FinishedDownload): void;
  /** The process ends because of its key. `reason`: the line that the program writes. */
  refused(reason: string): void;
}

/** A running `redes client get`: the objects that src/cli/client/get.ts and parts.ts make. */
export class GetProcess {
  private stop: (reason: "signal" | "refused") => void = () => {};
  private readonly stopped: Promise<"signal" | "refused">;
  private keeper: Pick<KeyKeeper, "stop"> | null = null;
  readonly limit: RateLimiter;

  constructor(
    readonly ports: ProcessPorts,
    private readonly central: Address,
    private readonly clientName: string,
    private readonly options: GetOptions,
    private readonly observer: GetObserver,
    /** Null: it has no keys. */
    private readonly loadKeys: LoadKeys | null,
  ) {
    this.limit = simLimiter(ports.clock);
    this.limit.setRate(options.rate || null);
    this.stopped = new Promise((resolve) => {
      this.stop = resolve;
    });
  }

  /** Whether it comes with keys that it was rightly given. */
  get hasOwnKeys(): boolean {
    return this.keeper !== null;
  }

  /** Resolves when the process is to end: with whether all that it did has ended by then. */
  async run(): Promise<boolean> {
    try {
      this.keeper = (await this.loadKeys?.()) ?? null;
    } catch (error) {
      if (!(error instanceof KeyError)) throw error;
      this.observer.refused(error.message);
      return true;
    }
    const { downloads, stop } = this.begin();
    const reason = await Promise.race([this.getAll(downloads), this.stopped]);
    let inTime = true;
    if (reason !== "done") {
      const cancelled = downloads.cancelAll().then(() => true);
      inTime = await Promise.race([cancelled, delay(this.ports.clock, STOP_TIMEOUT_MS).then(() => false)]);
      await delay(this.ports.clock, 0);
    }
    this.keeper?.stop();
    await stop();
    return inTime;
  }

  private begin(): { downloads: DownloadQueue; stop(): Promise<void> } {
    const { ports, observer } = this;
    const { clock, random, network, log, files } = ports;
    const base = { clock, random, network, log };
    const revocations = ports.keys?.revocations ?? null;
    const session = new ReceiptSession({ ...base, revocations }, this.central, this.clientName, (refusal) => {
      if (refusal instanceof PeerError && refusal.code === "key") observer.refused(refusal.message);
      this.stop("refused");
    });
    session.observer = observer;
    const connections = simConnections(ports, THREADS, this.limit.bucket);
    const hasher = simHashing(ports);
    const isLimited = () => this.limit.holdsBack();
    const near = this.options.near ? { near: simNearConnections(ports, this.limit) } : {};
    const deps = { ...base, disk: files.disk, hasher, connections, ...near, session, isLimited };
    const downloads = new DownloadQueue(deps, DOWNLOADS);
    session.start();
    return {
      downloads,
      async stop() {
        session.stop();
        await connections.stop();
        hasher.stop();
      },
    };
  }

  /** Ctrl-C */
  interrupt(): void {
    this.ports.process.deliver(0, () => this.stop("signal"));
  }

  private async getAll(downloads: DownloadQueue): Promise<"done"> {
    const { names, force, giveUpAfterMs } = this.options;
    await Promise.all(
      names.map(async (name) => {
        const destination = this.destination(name);
        this.observer.ended(name, await downloads.add({ name, destination, force, giveUpAfterMs }));
      }),
    );
    return "done";
  }

  private destination(name: string): Destination {
    const { to } = this.options;
    if ("output" in to) return { kind: "pipe", output: to.output };
    return destinationIn(to.folder, name);
  }
}
