import { readSync } from "node:fs";
import { Central } from "../../../src/central/central.ts";
import { CENTRAL_STORE } from "../../../src/central/remote-store.ts";
import { CentralStore } from "../../../src/central/store.ts";
import { CentralSession } from "../../../src/client/central-session.ts";
import { DownloadQueue } from "../../../src/client/downloads/download-queue.ts";
import { inlineHashing } from "../../../src/hashing/hasher-client.ts";
import type { FileSlice, Network } from "../../../src/net/transport/network.ts";
import type { Log } from "../../../src/platform/log/log.ts";
import { inlineBatches } from "../../../src/platform/workers/batch-client.ts";
import { SECONDARY_STORE } from "../../../src/secondary/remote-store.ts";
import { Secondary } from "../../../src/secondary/secondary.ts";
import { SecondaryStore } from "../../../src/secondary/store.ts";
import {
  ConnectionPool,
  type PoolCommand,
  type PoolEvents,
  serveConnections,
} from "../../../src/transfer/connection/connection-pool.ts";
import { SimNetwork } from "../../simulation/world/network/sim-network.ts";
import { EPOCH_MS, SimProcess } from "../../simulation/world/sim-process.ts";
import { simThread, ThreadTime } from "../../simulation/world/sim-thread.ts";
import { Simulation } from "../../simulation/world/simulation.ts";
import { directly } from "../../support/directly.ts";
import { type BootIdentity, ImmediateDisk } from "./immediate-disk.ts";

const HOST = "machine";
const CENTRAL_PORT = 50_000;
/** Days for which a secondary keeps files: as usual. */
const KEEP_DAYS = 7;

/** A line that a process has logged. */
export interface LoggedLine {
  readonly process: string;
  readonly event: string;
  readonly message: string;
}

/** Simulated milliseconds between two looks at what has come of it. */
const STEP_MS = 100;

/**
 * A central, secondaries and a client that are started after a power loss: the real roles on the real disk, all in this
 * process. Only time, the network between them and their threads are simulated.
 */
export class RestartedMachine implements Disposable {
  readonly logged: LoggedLine[] = [];
  /** What has ended a process, or kept it from starting. */
  readonly failures: string[] = [];
  private readonly sim: Simulation;
  private readonly network: SimNetwork;
  private readonly disk: ImmediateDisk;
  private readonly processes: SimProcess[] = [];
  private readonly stores: { close(): void }[] = [];

  /** `wall`: the time of its clock, in milliseconds since 1970. */
  constructor(
    seed: number,
    private readonly wall: number,
    boot?: BootIdentity,
  ) {
    this.disk = new ImmediateDisk(boot);
    this.sim = new Simulation(seed);
    this.network = new SimNetwork(this.sim);
  }

  /** `database`: its path. */
  startCentral(database: string, secondaries: number): Central {
    const { process: _, ...base } = this.begin("central");
    const store = new CentralStore(database, base.random);
    this.stores.push(store);
    const options = { address: { host: HOST, port: CENTRAL_PORT }, secondaries, maxDownloads: 0 };
    const central = new Central(
      { ...base, store: directly(store, CENTRAL_STORE), persisted: store.loadState(), keys: null },
      options,
    );
    this.await("central", central.start());
    return central;
  }

  startSecondary(number: number, database: string, folder: string): Secondary {
    const name = `secondary ${number}`;
    const { process, ...base } = this.begin(name);
    const { disk, blocking } = this.disk;
    const store = new SecondaryStore(database);
    this.stores.push(store);
    const damaged = store.damagedDatabase();
    if (damaged) this.failures.push(`${name}: its database counts as damaged: ${damaged.reason}`);
    const secondary = new Secondary(
      {
        ...base,
        disk,
        store: directly(store, SECONDARY_STORE),
        hashing: inlineHashing(blocking, base.log),
        batches: inlineBatches(blocking),
        connections: this.connections(process, base.log),
        smallFilesConnections: this.connections(process, base.log),
        revocations: null,
      },
      {
        ...{ number, folder, adoptFolder: false, advertise: null, keep: KEEP_DAYS, narrate: false },
        address: { host: HOST, port: CENTRAL_PORT + number },
        central: { host: HOST, port: CENTRAL_PORT },
      },
    );
    this.await(name, secondary.start());
    return secondary;
  }

  startClient(): DownloadQueue {
    const { process, ...base } = this.begin("client");
    const refused = (error: Error) => this.failures.push(`client: ${error.message}`);
    const session = new CentralSession(base, { host: HOST, port: CENTRAL_PORT }, "client", refused);
    session.start();
    const { disk, blocking } = this.disk;
    const threads = { hasher: inlineHashing(blocking, base.log), connections: this.connections(process, base.log) };
    return new DownloadQueue({ ...base, ...threads, disk, session });
  }

  /**
   * Lets time pass until `done`, for so many milliseconds at most; says whether it is. To be called from no promise, as
   * {@link Simulation.runUntil}.
   */
  runUntil(done: () => boolean, most: number): boolean {
    const end = this.sim.now + most;
    while (this.sim.now < end && this.failures.length === 0) {
      this.sim.runUntil(this.sim.now + STEP_MS);
      if (done()) return true;
    }
    return false;
  }

  /** Ends everything at once. */
  [Symbol.dispose](): void {
    for (const process of this.processes) process.kill();
    for (const store of this.stores) store.close();
    this.disk[Symbol.dispose]();
  }

  private begin(name: string) {
    const process = new SimProcess(this.sim, name, this.processes.length + 1, { ahead: this.wall - EPOCH_MS });
    process.crashed = (error) => this.failures.push(`${name} has ended: ${error}`);
    this.processes.push(process);
    const write = (event: string, message: string) => this.logged.push({ process: name, event, message });
    const log: Log = { info: write, warn: write, error: write };
    return { process, log, clock: process.clock, random: this.sim.random(name), network: this.networkOf(process) };
  }

  private networkOf(process: SimProcess): Network {
    return this.network.portFor(process, HOST, readSlice);
  }

  private await(name: string, start: Promise<void>): void {
    start.catch((error: Error) => this.failures.push(`${name} does not start: ${error.message}`));
  }

  private connections(process: SimProcess, log: Log): ConnectionPool {
    const start = () => {
      const time = new ThreadTime(process.thread("connections"));
      const thread = { clock: time.process.clock, network: this.networkOf(time.process), disk: this.disk.blocking };
      return simThread<PoolCommand, PoolEvents>(process, time, this.sim.random("threads"), (post) =>
        serveConnections(thread, post),
      );
    };
    return new ConnectionPool(1, { log, clock: process.clock, start });
  }
}

function readSlice({ fd, position, length }: FileSlice): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, position));
}
