import type { Cancel, Clock } from "../../../src/platform/clock.ts";
import type { Simulation } from "./simulation.ts";

/** Milliseconds since 1970 at the beginning of each simulation. */
export const EPOCH_MS = 1_700_000_000_000;

/** What the wall clock of a machine is ahead by, in milliseconds. Faults change it. */
export interface WallOffset {
  ahead: number;
}

/**
 * A running process, or a thread of one, which ends with it. Whatever comes to it from outside (time, the disk, the
 * network, another thread) comes through `deliver`, so nothing comes once it is dead, and nothing while it is stopped.
 */
export class SimProcess {
  private state: "running" | "stopped" | "dead" = "running";
  private readonly endings: (() => void)[] = [];
  private readonly running = new Set<SimProcess>();
  /** What came while it was stopped, in order. */
  private held: (() => void)[] = [];
  private pendingTimers = 0;
  private waiting: { readonly behind: number } | null = null;
  readonly clock: Clock;
  /**
   * Gets an error that nothing in it has caught. It is dead already: nothing goes on after such an error. Without it the
   * simulation ends with the error.
   */
  crashed: ((error: unknown) => void) | null = null;

  constructor(
    readonly sim: Simulation,
    readonly name: string,
    readonly pid: number,
    private readonly wall: WallOffset,
  ) {
    this.clock = {
      now: () => sim.now + this.behind,
      wall: () => Math.floor(EPOCH_MS + sim.now + this.behind + wall.ahead),
      after: (delay, run) => this.timer(this.behind + Math.max(0, delay), run),
      nextTurn: (run) => this.deliver(0, run),
    };
  }

  get alive(): boolean {
    return this.state !== "dead";
  }

  /** Whether it has got SIGSTOP, and not yet SIGCONT. */
  get stopped(): boolean {
    return this.state === "stopped";
  }

  /** Timers of it and of its threads that were set and neither ran nor were cancelled. */
  get timers(): number {
    let count = this.pendingTimers;
    for (const thread of this.running) count += thread.timers;
    return count;
  }

  /** Its threads that live. */
  get threads(): ReadonlySet<SimProcess> {
    return this.running;
  }

  /** It has calls that it waits for, and `time` says for how long: whatever comes meanwhile comes to it afterwards, in order. */
  waitsBy(time: { readonly behind: number }): void {
    this.waiting = time;
  }

  /** Begins a thread. */
  thread(name: string): SimProcess {
    const thread = new SimProcess(this.sim, `${this.name}/${name}`, this.pid, this.wall);
    thread.state = this.state;
    this.running.add(thread);
    thread.onEnd(() => this.running.delete(thread));
    return thread;
  }

  /** Runs something in the process `delay` milliseconds from now: not before it goes on, and never once it is dead. */
  deliver(delay: number, run: () => void): void {
    if (this.state === "dead") return;
    this.sim.schedule(delay, run, this);
  }

  /** Runs something in the process at once: once it goes on where it is stopped, and never where it is dead. */
  receive(run: () => void): void {
    if (this.state === "stopped") this.held.push(run);
    else if (this.state === "running" && this.behind > 0) this.sim.schedule(this.behind, run, this);
    else if (this.state === "running") this.run(run);
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
    this.pendingTimers = 0;
    for (const thread of [...this.running]) thread.kill();
    for (const release of this.endings.splice(0)) release();
  }

  /** SIGSTOP. */
  stop(): void {
    if (this.state === "running") this.state = "stopped";
    for (const thread of this.running) thread.stop();
  }

  /** SIGCONT. */
  goOn(): void {
    if (this.state !== "stopped") return;
    this.state = "running";
    const { held } = this;
    this.held = [];
    for (const run of held) this.deliver(0, run);
    for (const thread of this.running) thread.goOn();
  }

  /** Milliseconds until a call has ended that it waits for. */
  private get behind(): number {
    return this.waiting?.behind ?? 0;
  }

  private run(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!this.crashed) throw error;
      this.kill();
      this.crashed(error);
    }
  }

  private timer(delay: number, run: () => void): Cancel {
    let pending = this.alive;
    if (!pending) return () => {};
    this.pendingTimers += 1;
    const end = () => {
      if (!pending) return false;
      pending = false;
      this.pendingTimers -= 1;
      return true;
    };
    const ring = () => {
      if (end()) run();
    };
    const event = this.sim.schedule(delay, ring, this);
    return () => {
      if (end()) event.run = null;
    };
  }
}
