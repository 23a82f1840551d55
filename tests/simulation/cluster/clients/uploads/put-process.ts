import { type SpooledInput, spoolInput } from "../../../../../src/client/uploads/spooled-input.ts";
import { UploadQueue } from "../../../../../src/client/uploads/upload-queue.ts";
import type { FinishedUpload } from "../../../../../src/client/uploads/upload-result.ts";
import type { Address } from "../../../../../src/net/address/address.ts";
import { delay } from "../../../../../src/platform/clock.ts";
import { DiskError } from "../../../../../src/platform/disk/disk.ts";
import type { ProcessPorts } from "../../machines/process-ports.ts";
import { simHashing, simLimiter } from "../../machines/worker-threads.ts";
import { BaseSession } from "./base-session.ts";
import { blocksOf, Stopped, type Stream } from "./stream.ts";

/** Milliseconds for uploads to end in order when the command is stopped (src/cli/client/orders/put.ts). */
const STOP_TIMEOUT_MS = 1500;

/** What `redes client put` is told. */
export interface PutOptions {
  /** The file on the client's machine, or what comes by stdin, and the folder in which that is kept. */
  readonly source: { readonly path: string } | { readonly stream: Stream; readonly folder: string };
  /** The name that it is to have. */
  readonly name: string;
  /** The secondary that it is to go to; null: any. */
  readonly at: number | null;
  /** Milliseconds without progress after which it gives up. */
  readonly giveUpAfterMs: number;
  /** Most bytes a second that are sent; 0: any. */
  readonly rate: number;
}

type Streamed = Extract<PutOptions["source"], { readonly stream: Stream }>;

/** Sees what comes of it. */
export interface PutObserver {
  placed(base: string | null): void;
  /** The process ends because the central refuses it. `reason`: the line that the program writes. */
  refused(reason: string): void;
  ended(finished: FinishedUpload): void;
  /** It ends before anything is sent. `reason`: the line that the program writes, or that it was stopped. */
  unsent(reason: string): void;
}

/** A running `redes client put`: the objects that src/cli/client/orders/put.ts and parts.ts make. */
export class PutProcess {
  private stop: () => void = () => {};
  private readonly stopped: Promise<"stopped">;

  constructor(
    readonly ports: ProcessPorts,
    private readonly central: Address,
    private readonly options: PutOptions,
    private readonly observer: PutObserver,
  ) {
    this.stopped = new Promise((resolve) => {
      this.stop = () => resolve("stopped");
    });
  }

  /** Ctrl-C */
  interrupt(): void {
    this.ports.process.deliver(0, () => this.stop());
  }

  /** Resolves when the process is to end. */
  async run(): Promise<void> {
    const { source } = this.options;
    if ("path" in source) return this.send(source.path, source.path);
    const spool = await this.spool(source);
    if (!spool) return;
    try {
      await this.send(spool.path, "-");
    } finally {
      await spool.close();
    }
  }

  private async spool({ stream, folder }: Streamed): Promise<SpooledInput | null> {
    const { clock, files, random } = this.ports;
    try {
      return await spoolInput({ disk: files.disk, random }, folder, blocksOf(clock, stream, this.stopped));
    } catch (error) {
      if (!(error instanceof Stopped || error instanceof DiskError)) throw error;
      this.observer.unsent(error.message);
      return null;
    }
  }

  private async send(path: string, label: string): Promise<void> {
    const { ports, options, observer, central } = this;
    const { clock, random, network, log, files } = ports;
    const base = { clock, random, network, log };
    const revocations = ports.keys?.revocations ?? null;
    const session = new BaseSession({ ...base, revocations }, central, "somebody", ({ message }) => {
      observer.refused(message);
      this.stop();
    });
    session.placed = (version) => observer.placed(version);
    const sending = simLimiter(clock);
    sending.setRate(options.rate || null);
    const hasher = simHashing(ports);
    const uploads = new UploadQueue({ ...base, disk: files.disk, hasher, session, sending });
    session.start();
    const { name, at, giveUpAfterMs } = options;
    const put = uploads.add({ path, label, name, at, giveUpAfterMs }).then((finished) => {
      if (finished) observer.ended(finished);
      return "done" as const;
    });
    if ((await Promise.race([put, this.stopped])) === "stopped") {
      await Promise.race([uploads.stopAll(), delay(clock, STOP_TIMEOUT_MS)]);
      await delay(clock, 0);
    }
    session.stop();
    hasher.stop();
  }
}
