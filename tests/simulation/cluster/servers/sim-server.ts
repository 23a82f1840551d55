import { delay } from "../../../../src/platform/clock.ts";
import type { ProcessPorts } from "../machines/process-ports.ts";
import type { SimMachine } from "../machines/sim-machine.ts";

/** Milliseconds for a server to end in order: as many as the program gives it (src/cli/server/shell.ts). */
const STOP_TIMEOUT_MS = 1800;

/** The objects of a server's process, as the program makes them for its role. */
export interface AssembledServer<Role> {
  readonly role: Role;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** SIGHUP: it reads its keys again. */
  reload(): void;
}

/** How a process of a server has ended. */
export interface ServerEnd {
  /** Simulated milliseconds. */
  readonly at: number;
  /** `refused`: it could not begin, or not end in order; `killed`: whoever did it, be it an error that nothing caught. */
  readonly kind: "killed" | "stopped" | "refused";
  /** For people; empty except for `refused`. */
  readonly reason: string;
}

type ServerRun<Role> = {
  readonly ports: ProcessPorts;
  server: AssembledServer<Role> | null;
  started: boolean;
  stopping: boolean;
};

/** A server that is started, ends in one way or another, and is started again, on one machine. */
export class SimServer<Role> {
  private run: ServerRun<Role> | null = null;
  /** How its processes have ended so far. */
  readonly ends: ServerEnd[] = [];

  /** `assemble`: makes the objects of a new process. */
  constructor(
    readonly machine: SimMachine,
    readonly name: string,
    private readonly assemble: (ports: ProcessPorts) => Promise<AssembledServer<Role>>,
  ) {}

  /** The role's objects; null while no process of it runs, or it has not come so far. */
  get role(): Role | null {
    return this.run?.server?.role ?? null;
  }

  /** What its process reaches the world by; null while none runs. */
  get ports(): ProcessPorts | null {
    return this.run?.ports ?? null;
  }

  /** Whether it runs and has begun all that it does. */
  get started(): boolean {
    return this.run?.started ?? false;
  }

  /** Does nothing while a process of it runs, or the machine has no power. */
  start(): void {
    if (this.run || this.machine.isOff) return;
    const { machine, name } = this;
    machine.sim.trace(name, "starts");
    const ports = machine.spawn(name);
    const run: ServerRun<Role> = { ports, server: null, started: false, stopping: false };
    this.run = run;
    ports.process.onEnd(() => this.ended(run, "killed", ""));
    ports.process.deliver(0, () => void this.begin(run));
  }

  /** SIGHUP, once it has begun: before that it would end by it. */
  hangUp(): void {
    const { run } = this;
    if (run?.started) run.ports.process.deliver(0, () => run.server?.reload());
  }

  /** kill -9 */
  kill(): void {
    this.run?.ports.process.kill();
  }

  /**
   * SIGTERM: it ends in order, or after a while. `lookAfterMs`: so many milliseconds later it is looked at what it has
   * left.
   */
  stop(lookAfterMs: number | null = null): void {
    const { run } = this;
    if (!run || run.stopping) return;
    run.stopping = true;
    run.ports.process.deliver(0, () => void this.finish(run, lookAfterMs));
  }

  private async begin(run: ServerRun<Role>): Promise<void> {
    try {
      run.server = await this.assemble(run.ports);
      if (run.stopping) return;
      await run.server.start();
      run.started = true;
    } catch (error) {
      // The program says so in one line and ends.
      this.ended(run, "refused", describe(error));
      run.ports.process.kill();
    }
  }

  private async finish(run: ServerRun<Role>, lookAfterMs: number | null): Promise<void> {
    const { ports } = run;
    try {
      await Promise.race([run.server?.stop(), delay(ports.clock, STOP_TIMEOUT_MS)]);
      this.ended(run, "stopped", "");
      if (lookAfterMs !== null && run.started)
        return ports.process.deliver(lookAfterMs, () => this.machine.exit(ports));
    } catch (error) {
      this.ended(run, "refused", describe(error));
    }
    ports.process.kill();
  }

  private ended(run: ServerRun<Role>, kind: ServerEnd["kind"], reason: string): void {
    if (this.run !== run) return;
    this.run = null;
    const { sim } = this.machine;
    sim.trace(this.name, reason === "" ? kind : `${kind}: ${reason}`);
    this.ends.push({ at: sim.now, kind, reason });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
