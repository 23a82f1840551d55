import type { DownloadJobDeps } from "../downloads/download-job-spec.ts";
import type { DownloadProgress } from "../downloads/download-queue.ts";
import { fetchPieceHashes } from "./piece-hashes.ts";
import { selectFiles, type Wanted } from "./selection.ts";
import { type Compared, Verification } from "./verification.ts";

/** What was compared, and what came of it. */
export interface Verified {
  readonly verification: Verification;
  readonly compared: readonly Compared[];
}

/** Comparisons of what is here with the cluster, one at a time. */
export class Verifications {
  private current: Verification | null = null;
  /** Ends the one that is running; null: none is. */
  private abort: AbortController | null = null;

  constructor(private readonly deps: DownloadJobDeps) {}

  get isRunning(): boolean {
    return this.abort !== null;
  }

  /**
   * Compares files, and calls `told` for each. To find out which pieces of a file differ it waits `giveUpAfterMs` at most
   * for a secondary. Not to be called while one is running. Rejects as {@link CentralSession.list} does.
   */
  async run(
    wanted: readonly Wanted[],
    giveUpAfterMs: number,
    told: (compared: Compared) => Promise<void> | void,
  ): Promise<Verified> {
    const { deps } = this;
    const { session, disk } = deps;
    const abort = new AbortController();
    this.abort = abort;
    try {
      await session.currentAttempt();
      const selection = await selectFiles(disk, await session.list(), wanted);
      const verification = new Verification(
        { ...deps, pieceHashes: (...file) => fetchPieceHashes(deps, ...file, giveUpAfterMs, abort.signal) },
        selection,
      );
      if (abort.signal.aborted) verification.cancel();
      this.current = verification;
      return { verification, compared: await verification.run(told) };
    } finally {
      this.abort = null;
      this.current = null;
    }
  }

  /** Ends the one that is running soon; says whether there is one. */
  cancel(): boolean {
    this.current?.cancel();
    this.abort?.abort();
    return this.isRunning;
  }

  progress(): readonly DownloadProgress[] {
    return this.current?.progress() ?? [];
  }
}
