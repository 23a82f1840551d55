import type { Central } from "../../../../src/central/central.ts";
import { chooseVersion } from "../../../../src/central/operations/kept-files.ts";
import type { SimServer } from "../servers/sim-server.ts";
import type { Arrivals } from "./arrivals.ts";
import type { Users } from "./users.ts";

/** Kept versions that the central lists at most (src/central/commands.ts). */
const MAX_ROWS = 1000;

/** What people do at the console of the central: as the commands of src/central/commands.ts do it. */
export class CentralConsole {
  constructor(
    private readonly server: SimServer<Central>,
    private readonly users: Users,
    private readonly arrivals: Pick<Arrivals, "ask">,
  ) {}

  /** Removes a file from every secondary. */
  remove(name: string): void {
    this.run(async (central) => {
      const there = central.registry.catalogue.get(name);
      if (!there) return;
      const removal = this.users.versions.beginRemoval(name, there.id);
      await central.removal.remove([name], "a person at the console");
      removal.doneAt = this.server.machine.sim.now;
    });
  }

  /** Gives a file another name on every secondary. */
  move(from: string, to: string): void {
    this.run(async (central) => {
      await central.moving.move(from, to, "a person at the console");
    });
  }

  /** Puts a kept file back, the one with this number, or (0) the newest. */
  restore(name: string, number: number): void {
    this.run(async (central) => {
      const { versions } = await central.keptFiles.list(name, MAX_ROWS);
      const version = chooseVersion(versions, number === 0 ? null : number);
      if (!version) return;
      this.arrivals.ask(name, version.id);
      await central.keptFiles.restore(version);
    });
  }

  /** Where it fails, the person reads why. */
  private run(command: (central: Central) => Promise<void>): void {
    const { role, ports, started, machine } = this.server;
    if (!role || !ports || !started) return;
    ports.process.deliver(0, () => {
      command(role).catch((error: unknown) => {
        machine.sim.trace("user", `the central's console says: ${error instanceof Error ? error.message : error}`);
      });
    });
  }
}
