import type { Cancel, Clock } from "../../../src/platform/clock.ts";
import type { Simulation } from "./simulation.ts";

/** Milliseconds since 1970 at the beginning of each simulation. */
export const EPOCH_MS = 1_700_000_000_000;

/** What the wall clock of a machine is ahead by, in milliseconds. Faults change it. */
export interface WallOffset {
  ahead: number;
}

/**
 * A running process. Whatever comes to it from outside (time, the disk, the network, a thread) comes through `deliver`,
 * so nothing comes once it is dead, and nothing while it is stopped.
 */
export class SimProcess {
  private state: "running" | "stopped" | "dead" = "running";
  private readonly endings: (() => void)[] = [];
  /** What came while it was stopped, in order. */
  private held: (() => void)[] = [];
  /** Timers that were set and neither ran nor were cancelled. */
  timers = 0;
  readonly clock: Clock;

  constructor(
    readonly sim: Simulation,
    readonly name: string,
    readonly pid: number,
    wall: WallOffset,
  ) {
    this.clock = {
      now: () => sim.now,
      wall: () => EPOCH_MS + sim.now + wall.ahead,
      after: (delay, run) => this.timer(delay, run),
    };
  }

  get alive(): boolean {
    return this.state !== "dead";
  }

  /** Runs something in the process `delay` milliseconds from now: not before it goes on, and never once it is dead. */
  deliver(delay: number, run: () => void): void {
    if (this.state === "dead") return;
    this.sim.after(delay, () => this.receive(run));
  }

  /** Called once when the process is over, however it ends: what the system takes back from it. */
  onEnd(release: () => void): void {
    this.endings.push(release);
  }

  /** kill -9, or the end of a process that has ended in order. */
  kill(): void {
    if (this.state === "dead") return;
    this.state = "dead";
    this.held = [];
    this.timers = 0;
    for (const release of this.endings.splice(0)) release();
  }

  /** SIGSTOP. */
  stop(): void {
    if (this.state === "running") this.state = "stopped";
  }

  /** SIGCONT. */
  goOn(): void {
    if (this.state !== "stopped") return;
    this.state = "running";
    const { held } = this;
    this.held = [];
    for (const run of held) this.deliver(0, run);
  }

  private receive(run: () => void): void {
    if (this.state === "stopped") this.held.push(run);
    else if (this.state === "running") run();
  }

  private timer(delay: number, run: () => void): Cancel {
    let pending = this.alive;
    if (!pending) return () => {};
    this.timers += 1;
    const end = () => {
      if (!pending) return false;
      pending = false;
      this.timers -= 1;
      return true;
    };
    const cancelEvent = this.sim.after(delay, () =>
      this.receive(() => {
        if (end()) run();
      }),
    );
    return () => {
      if (end()) cancelEvent();
    };
  }
}
