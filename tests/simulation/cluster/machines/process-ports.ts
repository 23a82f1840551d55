import type { KeyRing } from "../../../../src/keys/key-ring.ts";
import type { FileSlice, Network } from "../../../../src/net/transport/network.ts";
import type { Clock } from "../../../../src/platform/clock.ts";
import type { BlockingDisk } from "../../../../src/platform/disk/disk.ts";
import type { WorkerKind } from "../../../../src/platform/workers/worker-policy.ts";
import type { WorkerThread } from "../../../../src/platform/workers/worker-thread.ts";
import { ProcessDisk } from "../../world/disk/process/process-disk.ts";
import { type Doorkeeper, securedNetwork } from "../../world/network/tls/secured-network.ts";
import type { SeededRandom } from "../../world/random.ts";
import type { SimProcess } from "../../world/sim-process.ts";
import { simThread, ThreadTime } from "../../world/sim-thread.ts";
import { ProcessLog } from "./process-log.ts";
import type { SimMachine } from "./sim-machine.ts";

/** What a second thread has of its process. */
export interface ThreadPorts {
  readonly clock: Clock;
  readonly network: Network;
  readonly disk: BlockingDisk;
  readonly time: ThreadTime;
  readonly random: SeededRandom;
}

/** Makes the far end of a thread; `post` sends to the near end. */
export type ServeThread<In, Out> = (ports: ThreadPorts, post: (message: Out) => void) => (message: In) => void;

/** How much of the system a process has. */
export interface TakenResources {
  readonly timers: number;
  readonly connections: number;
  readonly descriptors: number;
}

interface LiveThread {
  readonly kind: WorkerKind;
  die(reason: string): void;
}

/** Everything by which one process reaches the world around it, and its threads. */
export class ProcessPorts {
  readonly clock: Clock;
  readonly random: SeededRandom;
  readonly network: Network;
  readonly files: ProcessDisk;
  readonly log: ProcessLog;
  /** With what it secures its connections; null where it has no keys. */
  private ring: KeyRing | null = null;
  private readonly plain: Network;
  private reach: Network;
  private readonly live = new Set<LiveThread>();
  private started = 0;

  /** `seedName` is another one for each process of a run. */
  constructor(
    private readonly machine: SimMachine,
    readonly process: SimProcess,
    private readonly seedName: string,
  ) {
    const { sim } = machine;
    this.clock = process.clock;
    this.random = sim.random(seedName);
    this.files = new ProcessDisk(machine.disk, process, sim.random(`${seedName} disk`));
    this.plain = this.networkOf(process, null);
    this.reach = this.plain;
    this.network = {
      listen: (...where) => this.reach.listen(...where),
      connect: (...where) => this.reach.connect(...where),
    };
    this.log = new ProcessLog(process);
  }

  /** From now on its connections are made with keys. */
  secure(keys: KeyRing): void {
    const { clock, log, doorkeeper } = this;
    this.ring = keys;
    this.reach = securedNetwork(this.plain, { clock, keys, log, doorkeeper });
  }

  get keys(): KeyRing | null {
    return this.ring;
  }

  /** Sees who has come to it, and to whom it has come. */
  get doorkeeper(): Doorkeeper {
    return this.machine.doorkeeper;
  }

  /** What every call of a database on this machine fails with; null: nothing. */
  get databaseFault(): string | null {
    return this.machine.databaseFault;
  }

  /** The threads that live. */
  get threads(): readonly LiveThread[] {
    return [...this.live];
  }

  /** Connections that are open in the process and its threads. */
  get sockets(): number {
    return this.machine.network.socketsOf(this.process);
  }

  /** What it has of the system now, with its threads. */
  taken(): TakenResources {
    const { process, files } = this;
    return { timers: process.timers, connections: this.sockets, descriptors: files.openCount };
  }

  /** The disk as the main thread has it where it waits for it, and does nothing else meanwhile. */
  waitingDisk(): BlockingDisk {
    const time = new ThreadTime(this.process);
    this.process.waitsBy(time);
    return this.files.blocking(time);
  }

  startThread<In, Out>(kind: WorkerKind, serve: ServeThread<In, Out>): WorkerThread<In, Out> {
    this.started += 1;
    const process = this.process.thread(`${kind} ${this.started}`);
    const random = this.machine.sim.random(`${this.seedName} ${kind} ${this.started}`);
    const time = new ThreadTime(process);
    const disk = this.files.blocking(time);
    const network = this.networkOf(process, time);
    const ports = { clock: process.clock, network, disk, time, random };
    const thread = simThread<In, Out>(this.process, time, random, (post) => serve(ports, post));
    const live = { kind, die: (reason: string) => thread.die(reason) };
    this.live.add(live);
    process.onEnd(() => this.live.delete(live));
    return thread;
  }

  private networkOf(process: SimProcess, time: ThreadTime | null): Network {
    const { network, host } = this.machine;
    const readSlice = (slice: FileSlice) => this.files.readSlice(slice);
    return network.portFor(process, host, readSlice, () => time?.behind ?? 0);
  }
}
