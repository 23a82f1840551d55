import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { SeededRandom } from "../random.ts";
import { SimProcess } from "../sim-process.ts";
import { ThreadTime } from "../sim-thread.ts";
import { Simulation } from "../simulation.ts";
import { drawOperations, type Operation, outcome, Slots, type World } from "./differential/operations.ts";
import { SimFileSystem } from "./file-system/file-system.ts";
import { MachineDisk } from "./machine/machine-disk.ts";
import { ProcessDisk } from "./process/process-disk.ts";

/** Runs of operations; set REDES_SEED to see one again, REDES_RUNS for more. */
const SEEDS = process.env.REDES_SEED
  ? [Number(process.env.REDES_SEED)]
  : Array.from({ length: Number(process.env.REDES_RUNS ?? 40) }, (_, index) => index + 1);
const OPERATIONS = 250;

function simulated(operations: readonly Operation[]): string[] {
  const sim = new Simulation(1);
  const machine = new MachineDisk(sim, "one");
  machine.mount("/mnt", new SimFileSystem(sim));
  const process = new SimProcess(sim, "process", 100, { ahead: 0 });
  const own = new ProcessDisk(machine, process, new SeededRandom(1));
  const world: World = {
    disk: own.disk,
    blocking: own.blocking(new ThreadTime(process)),
    root: "/mnt",
    makeLink: (path, target) => machine.user.makeLink(path, target),
  };
  const outcomes: string[] = [];
  let ended: unknown = "not ended";
  const run = async () => {
    const slots = new Slots();
    for (const operation of operations) outcomes.push(await outcome(operation, world, slots));
    for (const fd of slots.files.values()) await own.disk.close(fd);
    ended = null;
  };
  run().catch((error) => {
    ended = error;
  });
  sim.runUntil(3_600_000);
  if (ended !== null) throw ended;
  expect(own.openCount).toBe(0);
  return outcomes;
}

async function real(operations: readonly Operation[]): Promise<string[]> {
  const root = temporaryFolder();
  const world: World = {
    disk: systemDisk,
    blocking: systemBlockingDisk,
    root,
    makeLink: (path, target) => fs.symlinkSync(target, path),
  };
  const slots = new Slots();
  const outcomes: string[] = [];
  for (const operation of operations) outcomes.push(await outcome(operation, world, slots));
  for (const fd of slots.files.values()) fs.closeSync(fd);
  for (const watch of slots.watches.values()) watch.stop();
  return outcomes;
}

describe("the simulated disk does what the system's does", () => {
  for (const seed of SEEDS) {
    test(`in run ${seed}`, async () => {
      const operations = drawOperations(new SeededRandom(seed), OPERATIONS);
      const ours = simulated(operations);
      const theirs = await real(operations);
      for (const [index, { text }] of operations.entries()) {
        expect(`${index} ${text}: ${ours[index]}`).toBe(`${index} ${text}: ${theirs[index]}`);
      }
    });
  }
});
