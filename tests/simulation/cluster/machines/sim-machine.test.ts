import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { SimNetwork } from "../../world/network/sim-network.ts";
import { Simulation } from "../../world/simulation.ts";
import { SimMachine } from "./sim-machine.ts";

test("a machine has its folder for temporary files still after a power loss, whatever that takes", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const sim = new Simulation(seed);
    const machine = new SimMachine(sim, new SimNetwork(sim), "c1");
    machine.powerLoss();
    machine.powerOn();
    expect(machine.disk.user.isFolder(tmpdir())).toBe(true);
  }
});
