import type { Central } from "../../../../src/central/central.ts";
import type { CentralSession } from "../../../../src/client/central-session.ts";
import { ClusterOrders } from "../../../../src/client/orders/cluster-orders.ts";
import type { Address } from "../../../../src/net/address/address.ts";
import { plural } from "../../../../src/platform/units.ts";
import type { ClientMachine } from "../clients/client-machine.ts";
import { orderCentral } from "../clients/order-process.ts";
import type { SimServer } from "../servers/sim-server.ts";
import type { Arrivals } from "./arrivals.ts";
import type { Users } from "./users.ts";
import type { Removal } from "./version-history.ts";

/** Milliseconds after which the process of an order has nothing left. */
const LOOK_AFTER_MS = 5000;

/** A removal that a client has ordered. */
interface Ordered {
  readonly name: string;
  /** One for each file; none until the central begins with it. */
  readonly removals: Removal[];
}

/** What people have the central do from clients: as the commands of src/cli/client/orders do it. */
export class ClientOrders {
  /** Removals that the central has not answered. */
  private readonly ordered = new Set<Ordered>();
  private running = 0;

  constructor(
    private readonly server: SimServer<Central>,
    private readonly central: Address,
    private readonly users: Users,
    private readonly arrivals: Pick<Arrivals, "ask">,
  ) {
    // Which version goes is known only once the central begins: the order may be on its way for long.
    server.machine.onLog((_process, _level, event, message) => {
      if (event === "remove") this.begins(message);
    });
  }

  /** How many commands wait for their answer. */
  get waiting(): number {
    return this.running;
  }

  /** Removes a file, or all that are in a folder, from every secondary. */
  remove(client: ClientMachine, name: string): void {
    const one: Ordered = { name, removals: [] };
    this.run(client, async (session) => {
      const orders = new ClusterOrders(session);
      const extent = await orders.count(name);
      this.ordered.add(one);
      await orders.remove(name, extent);
      for (const removal of one.removals) removal.doneAt = this.server.machine.sim.now;
    });
  }

  /** Puts a kept version of a file back, the one at this place of what is kept, the newest first. */
  restore(client: ClientMachine, name: string, place: number): void {
    this.run(client, async (session) => {
      const orders = new ClusterOrders(session);
      const { versions } = await orders.kept(name);
      const version = versions[Math.min(place, versions.length - 1)];
      if (!version) return;
      this.arrivals.ask(name, version.id);
      await orders.restore(name, version.number);
    });
  }

  /** Gives a file, or a folder, another name on every secondary. */
  move(client: ClientMachine, from: string, to: string): void {
    this.run(client, async (session) => {
      await new ClusterOrders(session).move(from, to);
    });
  }

  /** The central begins with a removal. Of several that are the same to it, it is the one that was ordered first. */
  private begins(message: string): void {
    for (const one of this.ordered) {
      const files = this.meantBy(one.name);
      const [first] = files;
      const what = files.length === 1 ? first?.name : plural(files.length, "file");
      if (one.removals.length > 0 || !message.endsWith(` has ${what} removed`)) continue;
      for (const { name, id } of files) one.removals.push(this.users.versions.beginRemoval(name, id));
      return;
    }
  }

  /** The file of a name, or all that are in the folder of that name. */
  private meantBy(name: string): readonly { readonly name: string; readonly id: string }[] {
    const all = [...(this.server.role?.registry.catalogue.after(null) ?? [])];
    const file = all.find((one) => one.name === name);
    return file ? [file] : all.filter((one) => one.name.startsWith(`${name}/`));
  }

  private run(client: ClientMachine, order: (session: CentralSession) => Promise<void>): void {
    const { machine, keys } = client;
    if (machine.isOff) return;
    const ports = machine.spawn(`${machine.host} order`);
    const { process } = ports;
    this.running += 1;
    process.onEnd(() => {
      this.running -= 1;
    });
    process.deliver(0, async () => {
      await orderCentral(ports, this.central, keys?.all.orderMaterial("write") ?? null, order).catch(
        (error: unknown) => {
          machine.sim.trace(machine.host, `the order fails: ${error instanceof Error ? error.message : error}`);
        },
      );
      process.deliver(LOOK_AFTER_MS, () => process.kill());
    });
  }
}
