import type { Network, Socket, SocketEvents } from "../../../../../src/net/transport/network.ts";
import { SimProcess } from "../../sim-process.ts";
import { Simulation } from "../../simulation.ts";
import type { NetworkFaults } from "../network-faults.ts";
import { SimNetwork } from "../sim-network.ts";

/** Two machines on a simulated network, with a process on each. */
export class TwoHosts {
  readonly sim: Simulation;
  readonly network: SimNetwork;
  readonly near: SimProcess;
  readonly far: SimProcess;

  constructor(seed: number) {
    this.sim = new Simulation(seed);
    this.network = new SimNetwork(this.sim);
    this.near = new SimProcess(this.sim, "near", 1, { ahead: 0 });
    this.far = new SimProcess(this.sim, "far", 2, { ahead: 0 });
  }

  get faults(): NetworkFaults {
    return this.network.faults;
  }

  get nearPort(): Network {
    return this.network.portFor(this.near, "near", () => new Uint8Array(0));
  }

  get farPort(): Network {
    return this.network.portFor(this.far, "far", () => new Uint8Array(0));
  }

  pass(ms: number): void {
    this.sim.runUntil(this.sim.now + ms);
  }

  /** A connection from near to far, whose ends write what they are told into `lines`. */
  connect(lines: string[] = []): ConnectedEnds {
    const ends: { near?: Socket; far?: Socket } = {};
    const port = this.farPort.listen({ host: "far", port: 0 }, (socket) => {
      ends.far = socket;
      return recording("far", lines);
    }).port;
    void this.nearPort.connect(
      { host: "far", port },
      (socket) => {
        ends.near = socket;
        return recording("near", lines);
      },
      { role: "central" },
    );
    this.pass(10_000);
    if (!ends.near || !ends.far) throw new Error("not connected");
    return { near: ends.near, far: ends.far };
  }
}

export interface ConnectedEnds {
  readonly near: Socket;
  readonly far: Socket;
}

/** Writes into `lines` what a socket tells its owner; how many bytes came is summed up. */
export function recording(who: string, lines: string[]): SocketEvents {
  let came = 0;
  return {
    data(bytes) {
      if (came > 0 && lines[lines.length - 1] === `${who} got ${came}`) lines.pop();
      came += bytes.length;
      lines.push(`${who} got ${came}`);
    },
    drained: () => void lines.push(`${who} drained`),
    closed: (error) => void lines.push(`${who} closed${error ? " by an error" : ""}`),
  };
}
