import { select } from "../../../../src/client/selection/selection.ts";
import type { Address } from "../../../../src/net/address/address.ts";
import type { ClientMachine } from "./client-machine.ts";
import { orderCentral } from "./order-process.ts";

/** Milliseconds after which the process of a question has nothing left. */
const LOOK_AFTER_MS = 5000;

/** A list of all files that a client has asked for, as `redes client list` and `get --all` do. */
export interface AskedList {
  readonly number: number;
  readonly client: string;
  /** `refused`: the central has said why it gives none, or could not be asked. */
  state: "running" | "answered" | "refused" | "killed";
  /** The names of the files; null while there is no answer. */
  names: ReadonlySet<string> | null;
}

/** The lists that people ask for. */
export class ClientLists {
  /** In the order in which they were asked for. */
  readonly all: AskedList[] = [];

  constructor(private readonly central: Address) {}

  /** How many commands wait for their answer. */
  get waiting(): number {
    return this.all.filter(({ state }) => state === "running").length;
  }

  ask(client: ClientMachine): void {
    const { machine, keys } = client;
    if (machine.isOff) return;
    const { host, sim } = machine;
    const number = this.all.length + 1;
    const asked: AskedList = { number, client: host, state: "running", names: null };
    this.all.push(asked);
    const ports = machine.spawn(`${host} list${number}`);
    const { process } = ports;
    process.onEnd(() => {
      if (asked.state === "running") asked.state = "killed";
    });
    const material = keys?.all.orderMaterial("read") ?? null;
    process.deliver(0, async () => {
      try {
        const { files } = await orderCentral(ports, this.central, material, (session) =>
          select(session, { kind: "all" }),
        );
        Object.assign(asked, { state: "answered", names: new Set(files.map(({ name }) => name)) });
      } catch (error) {
        asked.state = "refused";
        sim.trace(host, `list ${number} is refused: ${error instanceof Error ? error.message : error}`);
      }
      process.deliver(LOOK_AFTER_MS, () => process.kill());
    });
  }
}
