import type { Simulation } from "../../world/simulation.ts";
import type { ClientMachine } from "../clients/client-machine.ts";
import type { SimServer } from "../servers/sim-server.ts";
import type { ClusterKeyName, SimKeys } from "./sim-keys.ts";

/** What is in everybody's key files after each step, as SECURITY.md says it: that first which is shown. */
const STEPS: readonly (readonly ClusterKeyName[])[] = [["first", "second"], ["second", "first"], ["second"]];
/** Milliseconds between two looks at whether everybody has what is in the files. */
const LOOK_MS = 200;

/** People move a cluster from one cluster key to another one, while everything runs, and with care. */
export class KeyRotation {
  private state: "not begun" | "under way" | "done" = "not begun";

  constructor(
    private readonly sim: Simulation,
    private readonly keys: SimKeys,
    private readonly servers: readonly SimServer<unknown>[],
    private readonly clients: readonly ClientMachine[],
  ) {}

  get isUnderWay(): boolean {
    return this.state === "under way";
  }

  /** `gapMs`: milliseconds from one server to the next. Does nothing where it was begun before. */
  begin(gapMs: number): void {
    if (this.state !== "not begun") return;
    this.state = "under way";
    this.step(0, gapMs);
  }

  private step(index: number, gapMs: number): void {
    const names = STEPS[index];
    if (!names) {
      this.state = "done";
      return;
    }
    const { sim, keys, servers } = this;
    if (sim.traced) sim.trace("user", `key files have now: ${names.join(", ")}`);
    keys.useClusterKeys(names);
    // Clients first: they must believe whom a server shows itself to be.
    for (const holder of keys.holders.slice(servers.length)) holder.give(keys.properFiles(holder));
    for (const [place, server] of servers.entries()) {
      sim.after(place * gapMs, () => {
        const holder = keys.holder(place);
        holder.give(keys.properFiles(holder));
        server.hangUp();
      });
    }
    const look = () => sim.after(LOOK_MS, () => (this.everybodyHas() ? this.step(index + 1, gapMs) : look()));
    sim.after(servers.length * gapMs, look);
  }

  /** Whether what runs has read the files. A client reads none later than at its beginning: its end is waited for. */
  private everybodyHas(): boolean {
    const { keys, servers, clients } = this;
    return keys.tellServers(servers) && clients.every(({ hasOldKeys }) => !hasOldKeys);
  }
}
