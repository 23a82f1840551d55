import { type Cancel, type Clock, NOTHING_TO_CANCEL } from "../platform/clock.ts";
import type { Log } from "../platform/log/log.ts";
import { say, type Told } from "../sentences/sentence.ts";
import type { FolderGuard } from "./folder/folder-guard.ts";

/**
 * Milliseconds until a folder that is there and could not be read is tried again: a network disk may be slow to come.
 */
const RETRY_MS = 5000;

export interface FolderAvailabilityDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly guard: Pick<FolderGuard, "isPresent" | "reason" | "checkPresent" | "watch">;
  /** The folder is there for the first time in this run: resolves once its files are known. Rejects with DiskError. */
  loadFiles(): Promise<void>;
  /** It is there again: the same. */
  reloadFiles(): Promise<void>;
  /** It is not there any more: nothing may be read from it or written to it. */
  suspend(): void;
  /** Whether it is shared has changed: why it is not, or null when it is. */
  notify(reason: Told | null): void;
}

/** Starts and suspends the work on the shared folder as its disk comes and goes. */
export class FolderAvailability {
  private readonly deps: FolderAvailabilityDeps;
  private loaded: Promise<void> | null = null;
  /** Counts the changes between there and not there: what was begun before the last change notifies nobody. */
  private generation = 0;
  private unavailableReason: Told | null = null;
  private cancelRetry: Cancel = NOTHING_TO_CANCEL;

  constructor(deps: FolderAvailabilityDeps) {
    this.deps = deps;
  }

  /** Why the folder is not shared; null when it is. */
  get reason(): Told | null {
    return this.unavailableReason;
  }

  /**
   * The guard has opened the folder. Resolves once its files are known, or it is known not to be there. Rejects with
   * DiskError.
   */
  async start(): Promise<void> {
    const { guard } = this.deps;
    guard.watch((there) => this.guardChanged(there));
    if (guard.isPresent) await this.share(this.generation);
    else this.setReason(guard.reason);
  }

  /** Nothing is tried again. */
  stop(): void {
    this.generation += 1;
    this.cancelRetry();
  }

  private guardChanged(there: boolean): void {
    const { guard, suspend } = this.deps;
    this.generation += 1;
    this.cancelRetry();
    if (there) {
      this.setReason(say("its disk is back, and its files are being compared with what is known of them"));
      this.shareWithRetries(this.generation);
    } else {
      suspend();
      this.setReason(guard.reason);
    }
  }

  private shareWithRetries(generation: number): void {
    this.share(generation).catch((error: Error) => {
      const { log, clock } = this.deps;
      if (generation !== this.generation) return;
      log.error("unreadable", `cannot read the shared folder: ${error.message}; trying again`);
      this.cancelRetry = clock.after(RETRY_MS, () => this.shareWithRetries(generation));
    });
  }

  private async share(generation: number): Promise<void> {
    const { guard } = this.deps;
    try {
      await this.loadOrReload();
    } catch (error) {
      if (await guard.checkPresent()) throw error;
    }
    if (generation === this.generation && guard.isPresent) this.setReason(null);
  }

  /** Resolves once the files of the folder are known. */
  private async loadOrReload(): Promise<void> {
    const { loadFiles, reloadFiles } = this.deps;
    if (this.loaded) {
      await this.loaded;
      return reloadFiles();
    }
    this.loaded = loadFiles();
    try {
      await this.loaded;
    } catch (error) {
      this.loaded = null;
      throw error;
    }
  }

  private setReason(reason: Told | null): void {
    this.unavailableReason = reason;
    this.deps.notify(reason);
  }
}
