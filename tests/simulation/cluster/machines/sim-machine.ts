import { tmpdir } from "node:os";
import { MachineDisk } from "../../world/disk/machine/machine-disk.ts";
import type { SimNetwork } from "../../world/network/sim-network.ts";
import type { Doorkeeper } from "../../world/network/tls/secured-network.ts";
import { SimProcess, type WallOffset } from "../../world/sim-process.ts";
import type { Simulation } from "../../world/simulation.ts";
import type { LogListener } from "./process-log.ts";
import { ProcessPorts, type TakenResources } from "./process-ports.ts";

const FIRST_PID = 100;

/** A process that ended because of an error that nothing in it caught. */
export interface Crash {
  /** Simulated milliseconds. */
  readonly at: number;
  readonly process: string;
  readonly error: unknown;
}

/** A process that ended in order, and what it had left of the system. */
export interface Exit {
  /** Simulated milliseconds. */
  readonly at: number;
  readonly process: string;
  readonly left: TakenResources;
}

/** A machine: its disks, its wall clock, its place in the network, and the processes that run on it. */
export class SimMachine {
  readonly disk: MachineDisk;
  readonly wall: WallOffset = { ahead: 0 };
  private readonly running = new Map<SimProcess, ProcessPorts>();
  readonly crashes: Crash[] = [];
  /** What every call of a database fails with; null: nothing. */
  databaseFault: string | null = null;
  readonly exits: Exit[] = [];
  /** Sees who comes to its processes, and to whom they come, where they have keys. */
  doorkeeper: Doorkeeper = () => null;
  private readonly logListeners: ((process: string, ...line: Parameters<LogListener>) => void)[] = [];
  private started = 0;
  private endPowerLoss: (() => void) | null = null;

  /** `host`: its name, and its address in the network. */
  constructor(
    readonly sim: Simulation,
    readonly network: SimNetwork,
    readonly host: string,
  ) {
    this.disk = new MachineDisk(sim, host, this.wall);
    this.disk.user.makeFolder(tmpdir());
    // It was there before the machine was switched on for the first time.
    this.disk.user.sync(tmpdir());
  }

  /** The processes that live, in the order of their starts. */
  get processes(): readonly ProcessPorts[] {
    return [...this.running.values()];
  }

  /** Begins a process. */
  spawn(name: string): ProcessPorts {
    this.started += 1;
    const process = new SimProcess(this.sim, name, FIRST_PID + this.started, this.wall);
    process.crashed = (error) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.sim.trace(name, `ends because of an error that nothing caught: ${text}`);
      this.crashes.push({ at: this.sim.now, process: name, error });
    };
    const ports = new ProcessPorts(this, process, `${this.host} ${this.started}`);
    ports.log.listen((...line) => {
      for (const listener of this.logListeners) listener(name, ...line);
    });
    this.running.set(process, ports);
    process.onEnd(() => this.running.delete(process));
    return ports;
  }

  /** A process has ended in order, and is over now. */
  exit(ports: ProcessPorts): void {
    this.exits.push({ at: this.sim.now, process: ports.process.name, left: ports.taken() });
    ports.process.kill();
  }

  /** `listener` gets each line of the log of each process that begins from now on. */
  onLog(listener: (process: string, ...line: Parameters<LogListener>) => void): void {
    this.logListeners.push(listener);
  }

  /**
   * All that was not synced is lost, and nobody is told: the other ends of its connections hear nothing any more. The
   * machine is off until `powerOn`.
   */
  powerLoss(): void {
    if (this.endPowerLoss) return;
    this.sim.trace(this.host, "power loss");
    this.endPowerLoss = this.network.host(this.host).powerOff();
    for (const process of [...this.running.keys()]) process.kill();
    this.disk.powerLoss(this.sim.random(`${this.host} power loss at ${this.sim.now}`));
  }

  get isOff(): boolean {
    return this.endPowerLoss !== null;
  }

  powerOn(): void {
    this.endPowerLoss?.();
    this.endPowerLoss = null;
  }
}
