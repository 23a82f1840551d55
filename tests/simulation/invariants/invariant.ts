import type { SimCluster } from "../cluster/sim-cluster.ts";

/** Something that must be true whatever happens. */
export interface Invariant {
  /** In a few words, such as `no version is lost`. */
  readonly name: string;
  /**
   * Begins to watch a cluster in which nothing has happened yet. `broken` says once or more often what is wrong; it
   * returns, so that it may be called from within the program, whose own handling of errors cannot hide it.
   */
  watch(cluster: SimCluster, broken: Broken): Watch;
}

/** Says in words for people what is wrong: which file, which process, what was expected. */
export type Broken = (details: string) => void;

/** What one invariant does during one run. All its state is here: the next run begins with nothing. */
export interface Watch {
  /** Called after each event: cheap. */
  afterEvent?(): void;
  /** Called once everything has come to rest. */
  atEnd?(): void;
  /** Called after that, when all servers have ended in order. */
  afterStop?(): void;
}

/** Which invariant a run has broken, and how. */
export interface Failure {
  readonly invariant: string;
  readonly details: string;
}

/** Ends the run in which an invariant was broken. */
export class InvariantBroken extends Error {
  constructor(readonly failure: Failure) {
    super(`${failure.invariant}: ${failure.details}`);
  }
}
