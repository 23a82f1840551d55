import type { DownloadJobDeps } from "../downloads/download-job-spec.ts";
import type { DownloadProgress } from "../downloads/download-queue.ts";
import { askForWholeList } from "../selection/whole-list.ts";
import { fetchPieceHashes } from "./piece-hashes.ts";
import { selectFiles, type VerifyTarget } from "./selection.ts";
import { type Compared, Verification } from "./verification.ts";

/** What was compared, and what came of it. */
export interface Verified {
  readonly verification: Verification;
  readonly compared: readonly Compared[];
}

export interface VerificationOptions {
  /** Milliseconds to wait for a list of all files, and for a secondary that says which pieces a file should have. */
  readonly giveUpAfterMs: number;
  /** Called once, with why the central cannot list all files yet. */
  waits(reason: unknown): void;
  /** Called for each file that was compared. */
  told(compared: Compared): Promise<void> | void;
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

  /** Compares files. Not to be called while one is running. Rejects as {@link CentralSession.list} does. */
  async run(wanted: readonly VerifyTarget[], { giveUpAfterMs, waits, told }: VerificationOptions): Promise<Verified> {
    const { deps } = this;
    const { session, disk, clock } = deps;
    const abort = new AbortController();
    this.abort = abort;
    try {
      const listed = await askForWholeList({
        ...{ clock, session, giveUpAfterMs, cancelled: abort.signal, waits },
        ask: () => session.list(),
      });
      const selection = await selectFiles(disk, listed, wanted);
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
