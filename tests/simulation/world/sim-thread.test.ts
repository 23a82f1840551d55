import { expect, test } from "bun:test";
import { SimProcess } from "./sim-process.ts";
import { simThread, ThreadTime } from "./sim-thread.ts";
import { Simulation } from "./simulation.ts";

test("a thread that waits for the disk hears later what it is told meanwhile", () => {
  const sim = new Simulation(1);
  const near = new SimProcess(sim, "s1", 1, { ahead: 0 });
  const time = new ThreadTime(near.thread("connections 1"));
  const heard: string[] = [];
  const thread = simThread<string, never>(near, time, sim.random("thread"), () => (message) => heard.push(message));
  sim.runUntil(100);
  time.spend(200);
  thread.post("one");
  sim.runUntil(200);
  thread.post("two");
  expect({ heard, until: time.heardUntil }).toEqual({ heard: [], until: 100 });
  sim.runUntil(299);
  expect({ heard, until: time.heardUntil }).toEqual({ heard: [], until: 100 });
  sim.runUntil(301);
  expect({ heard, until: time.heardUntil }).toEqual({ heard: ["one", "two"], until: 301 });
});
