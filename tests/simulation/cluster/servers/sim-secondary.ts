import type { WebAddress } from "../../../../src/http/server/web-address.ts";
import type { Address } from "../../../../src/net/address/address.ts";
import { isInvalidated } from "../../../../src/secondary/folder/fingerprint.ts";
import { SCANNED_KEY } from "../../../../src/secondary/index/file-record.ts";
import type { SecondaryLimits } from "../../../../src/secondary/pacing/secondary-limits.ts";
import type { Secondary } from "../../../../src/secondary/secondary.ts";
import type { SecondaryStore } from "../../../../src/secondary/store.ts";
import { SimFileSystem } from "../../world/disk/file-system/file-system.ts";
import type { KeyHolder } from "../keys/key-holder.ts";
import { drawDiskKind } from "../machines/disk-kinds.ts";
import type { SimMachine } from "../machines/sim-machine.ts";
import { type KeptStore, secondaryStore } from "../machines/stores.ts";
import { LIMIT_KINDS, type LimitRates, limitsOf, NO_LIMITS } from "./limit-rates.ts";
import { assembleSecondary } from "./secondary-server.ts";
import { SimServer } from "./sim-server.ts";

/** Where the disk of a shared folder is mounted. */
export const SHARED_FOLDER = "/srv/videos";
/** More than a shared folder of a simulation has. */
const MAX_FILES = 1000;
const HTTP_PORT = 8080;
/** Every third one answers no HTTP. */
const ONE_WITHOUT_HTTP_IN = 3;

export interface SimSecondaryOptions {
  readonly number: number;
  readonly port: number;
  readonly central: Address;
  /** `--keep` in days. */
  readonly keepDays: number;
  /** Whether it makes digests. */
  readonly digests: boolean;
  readonly rates: LimitRates;
}

/** A secondary on a machine of its own, with its shared folder on a disk of its own. */
export class SimSecondary {
  readonly server: SimServer<Secondary>;
  /** The disk with the shared folder that belongs there. */
  readonly disk: SimFileSystem;
  /** How many databases it has lost so far. */
  databasesLost = 0;
  private database: KeptStore<SecondaryStore> = secondaryStore();
  private adopts = false;
  private damaged = new Set<string>();
  /** When its log has last said of a name that its file could not be moved from it, as the central ordered, and keeps it. */
  readonly unmoved = new Map<string, number>();
  /** Called with the name of each file that a client has put here, also where one of the same content stands. */
  onSent: (name: string) => void = () => {};
  /** Null: it has no keys. */
  holder: KeyHolder | null = null;
  /** Of its last process. */
  limits: SecondaryLimits | null = null;
  private rates: LimitRates;

  constructor(
    readonly machine: SimMachine,
    readonly options: SimSecondaryOptions,
  ) {
    const { number, port, central, keepDays, digests } = options;
    this.rates = options.rates;
    this.disk = new SimFileSystem(machine.sim, drawDiskKind(machine.sim.random(`disk of ${machine.host}`)));
    machine.disk.mount(SHARED_FOLDER, this.disk);
    this.server = new SimServer(machine, machine.host, (ports) => {
      ports.log.listen((_level, event, _message, { name }) => {
        if (event === "damaged" || event === "unreadable") this.damaged.add(String(name));
        if (event === "put") this.onSent(String(name));
        if (event === "unmoved") this.unmoved.set(String(name), machine.sim.now);
      });
      const address = { host: machine.host, port };
      const folder = { folder: SHARED_FOLDER, adoptFolder: this.adopts };
      const own = { number, address, central, ...folder, advertise: null, keep: keepDays, narrate: false, digests };
      const { holder, http } = this;
      const limits = limitsOf(ports.clock, this.rates);
      this.limits = limits;
      return assembleSecondary(ports, this.database.store, own, { holder, http, limits });
    });
  }

  /** Whether the disk with the shared folder is where it belongs. */
  get isMounted(): boolean {
    return this.machine.disk.calls.fileSystem(SHARED_FOLDER) === this.disk;
  }

  /** Nothing is limited any more, and it is not when it is started again. */
  liftLimits(): void {
    this.rates = NO_LIMITS;
    for (const kind of LIMIT_KINDS) this.limits?.[kind].setRate(null);
  }

  /** The disk is mounted where it belongs, can be written to, and has room. */
  putDiskInOrder(): void {
    const { machine, disk } = this;
    this.mountDisk();
    disk.readOnly = false;
    machine.disk.faults.empty(disk);
  }

  /** Mounts the disk where it belongs, in the place of any other. */
  mountDisk(): void {
    const { machine, disk } = this;
    while (!this.isMounted && machine.disk.unmount(SHARED_FOLDER) !== null);
    if (!this.isMounted) machine.disk.mount(SHARED_FOLDER, disk);
  }

  /** The disk is pulled out and put back at once: what was not synced may be lost, and what is open can only be closed. */
  pullDisk(): void {
    const { machine, disk } = this;
    machine.disk.pullOut(SHARED_FOLDER, machine.sim.random(`${machine.host} pulled disk at ${machine.sim.now}`));
    machine.disk.mount(SHARED_FOLDER, disk);
  }

  /** Where it answers HTTP, as the central hears; null: it does not. What is said over HTTP itself is not simulated. */
  get http(): WebAddress | null {
    return this.number % ONE_WITHOUT_HTTP_IN === 0 ? null : { host: this.machine.host, port: HTTP_PORT, tls: false };
  }

  get number(): number {
    return this.options.number;
  }

  /** Names of files that its log has called damaged since the last call, or that could not be read. */
  takeDamaged(): readonly string[] {
    const names = [...this.damaged];
    this.damaged = new Set();
    return names;
  }

  /** Whether its last process did not begin, because another folder was in the place of its own. */
  get refusesFolder(): boolean {
    return this.server.ends.at(-1)?.reason.includes("--adopt-folder") ?? false;
  }

  /** It is started again with `--adopt-folder`: what is in the folder's place is the folder. */
  adoptFolder(): void {
    if (this.adopts) return;
    this.adopts = true;
    this.server.kill();
    this.server.start();
  }

  /** Whether it has not seen all of its folder yet, as far as its database tells: what it finds may be old or new. */
  get knowsNothing(): boolean {
    return this.database.store.meta(SCANNED_KEY) === null;
  }

  /** Whether it knows a name to have this version, as far as it has seen, or saw before it ended. */
  knowsAs(name: string, id: string): boolean {
    const { role, started } = this.server;
    const seen = role?.index.get(name)?.id;
    if (seen !== undefined || started) return seen === id;
    // While it begins, what it has stored is not in its index yet.
    return this.stored(name)?.id === id;
  }

  /** Whether it knows that a name had this version, and has no file now. */
  knowsAsVanished(name: string, id: string): boolean {
    return this.database.store.vanished().some((one) => one.name === name && one.id === id);
  }

  /**
   * Whether it has read a file since the time that the file has, and need not read it again because times that go on in long
   * steps may hide a change; while it does not run, true of one that it never stored.
   */
  hasRead(name: string, modifiedNs: bigint | null): boolean {
    const { role } = this.server;
    const stored = this.stored(name);
    if (stored && isInvalidated(stored)) return false;
    if (role) return role.index.get(name)?.mtimeNs === modifiedNs;
    return !stored || stored.mtimeNs === modifiedNs;
  }

  /** Whether its database has a file with this content as of another time: somebody has put the content there again. */
  hasStoredEarlier(name: string, id: string, modifiedNs: bigint | null): boolean {
    const stored = this.stored(name);
    return stored?.id === id && stored.mtimeNs !== modifiedNs;
  }

  /** Whether it has reports of downloads that the central has not confirmed yet. */
  get hasReports(): boolean {
    return this.database.store.pendingReports(0, 1).length > 0;
  }

  /** Its database is lost, and a new one is begun. It must not run. */
  loseDatabase(): void {
    this.databasesLost += 1;
    this.database.release();
    this.database = secondaryStore();
  }

  private stored(name: string) {
    return this.database.store.recordsAfter("", MAX_FILES).find((record) => record.name === name);
  }

  /** Gives back what outlives a run. */
  release(): void {
    this.database.release();
  }
}
