import type { Central } from "../../../src/central/central.ts";
import type { CentralStore } from "../../../src/central/store.ts";
import type { Action, ClusterShape } from "../scenario/action.ts";
import { SimNetwork } from "../world/network/sim-network.ts";
import type { Simulation } from "../world/simulation.ts";
import { ClientLists } from "./clients/client-lists.ts";
import { ClientMachine } from "./clients/client-machine.ts";
import type { Download } from "./clients/downloads.ts";
import { ClientUploads } from "./clients/uploads/client-uploads.ts";
import { WebUploads } from "./clients/uploads/web-uploads.ts";
import { KeyRotation } from "./keys/key-rotation.ts";
import { SimKeys } from "./keys/sim-keys.ts";
import { type Crash, SimMachine } from "./machines/sim-machine.ts";
import { centralStore, type KeptStore } from "./machines/stores.ts";
import { Arrivals } from "./people/arrivals.ts";
import { Caretaker } from "./people/caretaker.ts";
import { CentralConsole } from "./people/central-console.ts";
import { ClientOrders } from "./people/client-orders.ts";
import { FolderFaults } from "./people/folder-faults.ts";
import { Moves } from "./people/moves.ts";
import { Torrents } from "./people/torrents.ts";
import { Users } from "./people/users.ts";
import { assembleCentral } from "./servers/central-server.ts";
import { NO_LIMITS } from "./servers/limit-rates.ts";
import { SHARED_FOLDER, SimSecondary } from "./servers/sim-secondary.ts";
import { SimServer } from "./servers/sim-server.ts";

/** An action of the plan that was carried out. */
export interface Happened extends Action {
  readonly fault: boolean;
}

/** What somebody does to a work file of a download or a copy. */
export type Hand = "delete" | "truncate" | "overwrite" | "replace";

/** Somebody has laid hands on a work file. */
export interface HandOnFile {
  /** Simulated milliseconds. */
  readonly at: number;
  readonly host: string;
  readonly path: string;
  readonly hand: Hand;
}

const CENTRAL = { host: "central", port: 50_000 };

/** A central, secondaries and clients on simulated machines, and the record of what people did with them. */
export class SimCluster {
  readonly network: SimNetwork;
  readonly central: SimServer<Central>;
  readonly secondaries: readonly SimSecondary[];
  /** The central first. */
  readonly servers: readonly SimServer<unknown>[];
  readonly clients: readonly ClientMachine[];
  /** All machines: of the central, of the secondaries, of the clients. */
  readonly machines: readonly SimMachine[];
  /** Each file that a client was told to get, in the order of their beginnings. */
  readonly downloads: Download[] = [];
  readonly users: Users;
  readonly folderFaults: FolderFaults;
  readonly console: CentralConsole;
  readonly uploads: ClientUploads;
  readonly web: WebUploads;
  readonly orders: ClientOrders;
  readonly lists: ClientLists;
  readonly moves: Moves;
  readonly torrents: Torrents;
  readonly caretaker: Caretaker;
  /** Null: nobody has a key, and everybody gets in. */
  readonly keys: SimKeys | null;
  readonly rotation: KeyRotation | null;
  /** What was done to it so far, in order. */
  readonly happened: Happened[] = [];
  /** Work files, and files in whose place a download is to come, on which somebody laid hands so far. */
  readonly hands: HandOnFile[] = [];
  /** How many databases were lost so far. */
  databasesLost = 0;
  private database: KeptStore<CentralStore>;

  constructor(
    readonly sim: Simulation,
    readonly shape: ClusterShape,
  ) {
    const { secondaries, clients, expected, maxDownloads, keepDays, digests = [], limits } = shape;
    this.network = new SimNetwork(sim);
    const machine = (host: string) => new SimMachine(sim, this.network, host);
    this.database = centralStore(sim.random("epochs"));
    this.central = new SimServer(machine("central"), "central", (ports) =>
      assembleCentral(
        ports,
        this.database.store,
        { address: CENTRAL, secondaries: expected, maxDownloads },
        this.keys?.holder(0) ?? null,
        (role, uploads) => {
          this.moves.watch(role, () => sim.now);
          this.web.serves(role, uploads);
        },
      ),
    );
    this.secondaries = Array.from({ length: secondaries }, (_, index) => {
      const number = index + 1;
      const own = { number, port: CENTRAL.port + number, digests: digests.includes(number) };
      const options = { ...own, central: CENTRAL, keepDays, rates: limits?.secondaries[index] ?? NO_LIMITS };
      return new SimSecondary(machine(`s${number}`), options);
    });
    this.servers = [this.central, ...this.secondaries.map(({ server }) => server)];
    this.clients = Array.from(
      { length: clients },
      (_, index) => new ClientMachine(machine(`c${index + 1}`), CENTRAL, this.downloads, limits?.clients[index] ?? 0),
    );
    this.machines = [this.central, ...this.secondaries, ...this.clients].map(({ machine }) => machine);
    this.keys = shape.keys ? new SimKeys(shape.keys, this.machines, secondaries) : null;
    if (this.keys) this.giveKeys(this.keys);
    this.rotation = this.keys && new KeyRotation(sim, this.keys, this.servers, this.clients);
    this.users = new Users(sim, this.secondaries);
    this.moves = new Moves(this.users);
    this.folderFaults = new FolderFaults(this.users);
    const arrivals = new Arrivals(this.secondaries, this.users);
    this.console = new CentralConsole(this.central, this.users, arrivals);
    this.uploads = new ClientUploads(CENTRAL, this.users);
    this.web = new WebUploads(this.central, this.uploads);
    this.orders = new ClientOrders(this.central, CENTRAL, this.users, arrivals);
    this.lists = new ClientLists(CENTRAL);
    this.torrents = new Torrents(this.central);
    this.caretaker = new Caretaker(this, this.users, this.keys);
  }

  private giveKeys(keys: SimKeys): void {
    for (const secondary of this.secondaries) secondary.holder = keys.holder(secondary.number);
    for (const [index, client] of this.clients.entries()) {
      client.keys = { all: keys, holder: keys.holder(this.servers.length + index) };
    }
    for (const machine of this.machines) machine.doorkeeper = (meeting) => keys.meet(meeting, machine.host);
  }

  /** Processes that ended because of an error that nothing in them caught. */
  get crashes(): readonly Crash[] {
    return this.machines.flatMap(({ crashes }) => crashes);
  }

  secondary(number: number): SimSecondary {
    const found = this.secondaries[number - 1];
    if (!found) throw new Error(`there is no secondary ${number}`);
    return found;
  }

  client(number: number): ClientMachine {
    const found = this.clients[number - 1];
    if (!found) throw new Error(`there is no client ${number}`);
    return found;
  }

  /** A machine loses its power. What people had put there and was not synced may be lost with it. */
  losePower(machine: SimMachine): void {
    const secondary = this.secondaries.find((one) => one.machine === machine);
    const before = secondary ? this.folderFaults.filesBefore(secondary) : null;
    machine.powerLoss();
    if (secondary && before) this.folderFaults.changedSince(secondary, before);
  }

  /** The disk of a shared folder is pulled out, with the same loss. */
  pullDisk(secondary: SimSecondary): void {
    const before = this.folderFaults.filesBefore(secondary);
    secondary.pullDisk();
    this.folderFaults.changedSince(secondary, before);
    secondary.machine.disk.unmount(SHARED_FOLDER);
  }

  /** The database of the server at a place of `servers` is lost. It must not run. */
  loseDatabase(index: number): void {
    this.databasesLost += 1;
    const secondary = this.secondaries[index - 1];
    if (secondary) return secondary.loseDatabase();
    this.keys?.revocations.forgotten(this.sim.now);
    this.database.release();
    this.database = centralStore(this.sim.random(`epochs ${this.sim.now}`));
  }

  /** How many downloads the central has counted, by file or by client. */
  downloadCounts(kind: "files" | "clients"): ReadonlyMap<string, number> {
    return this.database.store.allDownloadCounts(kind);
  }

  start(): void {
    for (const server of this.servers) server.start();
  }

  /** All servers end in order, and are looked at so many milliseconds later. */
  stop(lookAfterMs: number): void {
    for (const server of this.servers) server.stop(lookAfterMs);
  }

  /** Ends the run: gives back what the next run uses again. Nothing of it may be used any more. */
  release(): void {
    for (const { processes } of this.machines) for (const { process } of processes) process.kill();
    this.database.release();
    for (const secondary of this.secondaries) secondary.release();
  }
}
