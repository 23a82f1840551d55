import { expect, test } from "bun:test";
import { Simulation } from "./simulation.ts";

test("a poll looks at once and in intervals until its last look, and nobody is told of those before", () => {
  const sim = new Simulation(1);
  const looks: number[] = [];
  let told = 0;
  sim.observe(() => {
    told += 1;
  });
  sim.poll(2, () => looks.push(sim.now) === 4);
  sim.runUntil(5);
  expect({ looks, told }).toEqual({ looks: [0, 2, 4], told: 0 });
  sim.runUntil(100);
  expect({ looks, told }).toEqual({ looks: [0, 2, 4, 6], told: 1 });
});

test("after a look that was not the last one all are told of what happens then", () => {
  const sim = new Simulation(1);
  const told: number[] = [];
  sim.observe(() => told.push(sim.now));
  sim.poll(1, () => sim.now >= 3);
  sim.after(1.5, () => {});
  sim.runUntil(10);
  expect(told).toEqual([1.5, 3]);
});

test("what is cancelled does not happen", () => {
  const sim = new Simulation(1);
  let happened = 0;
  const cancel = sim.after(1, () => {
    happened += 1;
  });
  sim.after(1, () => {
    happened += 10;
  });
  cancel();
  sim.runUntil(10);
  expect(happened).toBe(10);
});
