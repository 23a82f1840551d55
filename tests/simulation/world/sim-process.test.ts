import { expect, test } from "bun:test";
import { SimProcess } from "./sim-process.ts";
import { ThreadTime } from "./sim-thread.ts";
import { Simulation } from "./simulation.ts";

test("what comes to a process while it waits for a call comes afterwards, in order, and its clock has gone on", () => {
  const sim = new Simulation(1);
  const process = new SimProcess(sim, "c1 get", 1, { ahead: 0 });
  const time = new ThreadTime(process);
  process.waitsBy(time);
  const seen: string[] = [];
  const note = (what: string) => seen.push(`${what} at ${sim.now}, ${process.clock.now()} by its clock`);
  process.deliver(10, () => {
    time.spend(100);
    note("a call");
    process.clock.after(5, () => note("its timer"));
  });
  process.deliver(20, () => {
    time.spend(50);
    note("a message");
  });
  process.deliver(30, () => note("another one"));
  sim.runUntil(1000);
  expect(seen).toEqual([
    "a call at 10, 110 by its clock",
    "a message at 110, 160 by its clock",
    "another one at 160, 160 by its clock",
    "its timer at 160, 160 by its clock",
  ]);
});

test("a process that waits for nothing is told at once, and a dead one of nothing", () => {
  const sim = new Simulation(1);
  const process = new SimProcess(sim, "c1 get", 1, { ahead: 0 });
  const time = new ThreadTime(process);
  const seen: number[] = [];
  time.spend(100);
  process.receive(() => seen.push(sim.now));
  process.waitsBy(time);
  process.receive(() => seen.push(sim.now));
  process.deliver(50, () => process.kill());
  process.kill();
  sim.runUntil(1000);
  expect(seen).toEqual([0]);
});
