import { Simulation } from "../../world/simulation.ts";
import { SHARED_FOLDER } from "../servers/sim-secondary.ts";
import { SimCluster } from "../sim-cluster.ts";
import { idOf } from "./content.ts";
import { Users } from "./users.ts";

const SHAPE = { secondaries: 1, clients: 0, expected: 1, maxDownloads: 0, keepDays: 7 };
const PROGRAM = { kind: "process", name: "s1" } as const;
const KEPT = `${SHARED_FOLDER}/.redes/kept`;
const STAGED = `${SHARED_FOLDER}/.redes/staged`;

/** The shared folder of a secondary that does not run: what the program does there is done by hand. */
export class FolderFixture {
  readonly sim = new Simulation(1);
  private readonly cluster = new SimCluster(this.sim, SHAPE);
  readonly secondary = this.cluster.secondary(1);
  readonly users = new Users(this.sim, [this.secondary]);

  /** Somebody puts a new content under a name; gives its id. */
  put(name: string): string {
    const bytes = this.users.newContent(100);
    this.users.put(this.secondary, name, bytes, "by rename");
    return idOf(bytes);
  }

  /** The program moves a file of the shared folder to the kept files. */
  keep(name: string, why: "replaced" | "removed"): void {
    this.act((calls) => calls.rename(pathOf(name), this.keptPath(name, why), true));
  }

  /** The program gives a file of the shared folder a second name among the kept files. */
  link(name: string, why: "replaced" | "removed"): void {
    this.act((calls) => calls.link(pathOf(name), this.keptPath(name, why)));
  }

  /** The program deletes a file of the shared folder, and keeps it nowhere. */
  remove(name: string): void {
    this.act((calls) => calls.unlink(pathOf(name)));
  }

  /** The program puts a copy of a known content under a name. */
  copy(name: string, id: string): void {
    const { user } = this.secondary.machine.disk;
    user.write(STAGED, this.users.contents.known.get(id)?.bytes ?? new Uint8Array(0));
    this.act((calls) => calls.rename(STAGED, pathOf(name), true));
  }

  /** The program moves a kept file back to its name. */
  restore(name: string, why: "replaced" | "removed"): void {
    this.act((calls) => calls.rename(this.keptPath(name, why), pathOf(name), true));
  }

  release(): void {
    this.cluster.release();
  }

  private keptPath(name: string, why: string): string {
    this.secondary.machine.disk.user.makeFolder(`${KEPT}/20261128T193808Z-000001-${why}`);
    return `${KEPT}/20261128T193808Z-000001-${why}/${name}`;
  }

  private act(work: (calls: typeof this.secondary.machine.disk.calls) => void): void {
    const { disk } = this.secondary.machine;
    disk.as(PROGRAM, () => work(disk.calls));
  }
}

function pathOf(name: string): string {
  return `${SHARED_FOLDER}/${name}`;
}
