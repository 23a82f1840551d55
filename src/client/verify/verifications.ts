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
  private state: "idle" | "running" = "idle";

  constructor(private readonly deps: DownloadJobDeps) {}

  get isRunning(): boolean {
    return this.state === "running";
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
    this.state = "running";
    try {
      await session.currentAttempt();
      const selection = await selectFiles(disk, await session.list(), wanted);
      const verification = new Verification(
        { ...deps, pieceHashes: (name, version) => fetchPieceHashes(deps, name, version, giveUpAfterMs) },
        selection,
      );
      this.current = verification;
      return { verification, compared: await verification.run(told) };
    } finally {
      this.state = "idle";
      this.current = null;
    }
  }

  /** Ends the one that is running soon; says whether there is one. */
  cancel(): boolean {
    this.current?.cancel();
    return this.current !== null;
  }

  progress(): readonly DownloadProgress[] {
    return this.current?.progress() ?? [];
  }
}
