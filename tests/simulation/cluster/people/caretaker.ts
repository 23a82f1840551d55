import type { ClientMachine } from "../clients/client-machine.ts";
import type { SimKeys } from "../keys/sim-keys.ts";
import type { SimMachine } from "../machines/sim-machine.ts";
import type { SimSecondary } from "../servers/sim-secondary.ts";
import type { SimServer } from "../servers/sim-server.ts";
import type { Users } from "./users.ts";

/** Milliseconds for which a folder is missing or refused, though its disk is there, before somebody says that it is the right one. */
const ADOPT_AFTER_MS = 10_000;
/** Files that the status of a secondary calls blocked, and that are looked after at once. */
const MAX_OBSTACLES = 10;

/** What is looked after. */
export interface LookedAfter {
  readonly machines: readonly SimMachine[];
  readonly servers: readonly SimServer<unknown>[];
  readonly secondaries: readonly SimSecondary[];
  readonly clients: readonly ClientMachine[];
}

/** Whoever looks after the servers once nothing fails any more, and does what their logs ask for. */
export class Caretaker {
  /** Simulated milliseconds; null before that. */
  inOrderSince: number | null = null;

  constructor(
    private readonly cluster: LookedAfter,
    private readonly users: Users,
    private readonly keys: SimKeys | null,
  ) {}

  /** Machines are on, disks are where they belong and have room, processes go on, servers run, and nothing is limited. */
  putInOrder(): void {
    for (const machine of this.cluster.machines) {
      machine.powerOn();
      machine.disk.faults.end();
      machine.databaseFault = null;
      this.inOrderSince = machine.sim.now;
      for (const { process } of machine.processes) process.goOn();
    }
    if (this.keys) this.putKeysInOrder(this.keys);
    for (const secondary of this.cluster.secondaries) secondary.putDiskInOrder();
    for (const limited of [...this.cluster.secondaries, ...this.cluster.clients]) limited.liftLimits();
    this.look();
  }

  /** Clocks are right, everybody has the right keys, and who came in a disguise is gone. */
  private putKeysInOrder(keys: SimKeys): void {
    keys.setClocks();
    for (const [place, holder] of keys.holders.entries()) {
      const server = this.cluster.servers[place];
      if (holder.disguise) server?.kill();
      holder.disguise = null;
      holder.give(keys.properFiles(holder));
    }
  }

  /** To be called from time to time. */
  look(): void {
    for (const server of this.cluster.servers) server.start();
    this.keys?.tellServers(this.cluster.servers);
    for (const secondary of this.cluster.secondaries) {
      // What the log says is damaged and nobody else has is put back from a backup.
      for (const name of secondary.takeDamaged()) this.users.putBack(secondary, name);
      const { role } = secondary.server;
      for (const { name } of role?.replicator.obstacles(MAX_OBSTACLES).files ?? [])
        this.users.clearLeft(secondary, name);
      const { sim } = secondary.machine;
      const isMissing = role ? role.missing : secondary.refusesFolder;
      if (isMissing && sim.now > (this.inOrderSince ?? 0) + ADOPT_AFTER_MS) secondary.adoptFolder();
    }
  }
}
