import type { SimMachine } from "../../cluster/machines/sim-machine.ts";
import type { OpenFile } from "../../world/disk/machine/open-file.ts";
import type { Broken } from "../invariant.ts";

/** Milliseconds that a disk of the usual speed takes for the calls of one attempt: an open, two looks, and a close. */
const ATTEMPT_MS = 1.5;

/** A process that has a part open, and neither its lock nor given it up. */
interface Attempt {
  readonly file: OpenFile;
  readonly process: string;
  /** Milliseconds that it has lasted, without those in which nothing could go on: counted up to this moment. */
  lasted: number;
  countedTo: number;
  stopped: boolean;
}

/** Attempts to get the locks of parts on one machine: none lasts longer than its calls. */
export class LockAttempts {
  private readonly attempts = new Set<Attempt>();
  /** Of a call that was begun while the disk was slow, or hung, the end comes after that. */
  private slowest = 1;
  private hangsUntil = 0;

  constructor(
    private readonly machine: SimMachine,
    private readonly broken: Broken,
  ) {}

  /** A process has opened a part. */
  begin(file: OpenFile, process: string): void {
    this.attempts.add({ file, process, lasted: 0, countedTo: this.machine.sim.now, stopped: false });
  }

  /** To be called after each event. */
  look(now: number): void {
    const { machine, attempts } = this;
    const { faults } = machine.disk;
    this.slowest = Math.max(this.slowest, faults.slowness);
    this.hangsUntil = Math.max(this.hangsUntil, faults.hangsUntil);
    if (attempts.size === 0) return;
    for (const attempt of attempts) {
      const { file, process } = attempt;
      if (!file.isOpen || file.isLost || file.inode.byteLockedBy === file) attempts.delete(attempt);
      else this.count(attempt, now);
      if (attempt.lasted <= ATTEMPT_MS * this.slowest) continue;
      this.broken(`${process} has ${file.path} on ${machine.host} open without its lock`);
      attempts.delete(attempt);
    }
  }

  private count(attempt: Attempt, now: number): void {
    const { process: name, countedTo, stopped } = attempt;
    attempt.stopped = this.machine.processes.some(({ process }) => process.name === name && process.stopped);
    if (!stopped && !attempt.stopped) attempt.lasted += Math.max(0, now - Math.max(countedTo, this.hangsUntil));
    attempt.countedTo = now;
  }
}
