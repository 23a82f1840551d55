import { afterEach, beforeEach, expect, test } from "bun:test";
import { ACTION_KINDS } from "../../../scenario/kinds.ts";
import { SeededRandom } from "../../../world/random.ts";
import { FailureFixture } from "./failure-fixture.ts";

let run: FailureFixture;
beforeEach(() => {
  run = new FailureFixture();
});
afterEach(() => run.release());

/** Which of all machines are touched alone. */
const touched = (from = 0) =>
  ["central", "s1", "s2", "c1", "c2"].filter((host) => run.evidence.troubles.amid([host], from));

test("a fault touches the machine that its parameters name, whatever they call it", () => {
  run.happens("slow disk", { machine: 3, times: 10, lastsMs: 100 });
  expect(touched()).toEqual(["c1"]);
  run.happens("kill a server", { server: 0, downMs: 100 });
  expect(touched()).toEqual(["central", "c1"]);
  run.happens("full disk", { secondary: 2, left: 0, lastsMs: 100 });
  expect(touched()).toEqual(["central", "s2", "c1"]);
  run.happens("get a file often, on a slow disk", { client: 2, name: "a", laterMs: [1], size: 5 });
  expect(touched()).toEqual(["central", "s2", "c1", "c2"]);
});

test("of two machines it is the way between them", () => {
  run.happens("slow link", { machine: 1, other: 3, bytesPerMs: 1, delayMs: 0, lastsMs: 100 });
  expect(touched()).toEqual([]);
  expect(run.evidence.troubles.amid(["s1", "c1"], 0)).toBe(true);
  expect(run.evidence.troubles.amid(["s1", "c2"], 0)).toBe(false);
});

test("it is at work until it ends; one that does not say when, for a while, and a bit that has flipped for ever", () => {
  run.passes(1000);
  run.happens("stop and continue", { machine: 1, stoppedMs: 500 });
  run.happens("death of a thread", { machine: 2, thread: 5 });
  expect([touched(1500), touched(1501), touched(7000), touched(7001)]).toEqual([["s1", "s2"], ["s2"], ["s2"], []]);
  run.happens("flipped bit at rest", { secondary: 1, name: "a" });
  expect(touched(1e9)).toEqual(["s1"]);
});

test("all secondaries are silent where a file is got from silent sources", () => {
  run.happens("get a file from silent sources", { client: 1, name: "a", lastsMs: 500 });
  expect(touched()).toEqual(["s1", "s2"]);
});

test("every kind of fault touches somebody", () => {
  const { shape } = run.cluster;
  const hosts = run.cluster.machines.map(({ host }) => host);
  const faults = ACTION_KINDS.filter(({ fault }) => fault);
  const idle = faults.filter(({ name, draw }) => {
    run.passes(60_000);
    run.happens(name, draw(new SeededRandom(1), shape));
    return !run.evidence.troubles.amid(hosts, run.sim.now);
  });
  expect(idle.map(({ name }) => name)).toEqual(["clock jump"]);
});

test("what people do is no fault, and neither is a wall clock that jumps", () => {
  run.happens("put a file", { secondary: 1, name: "a", size: 5, way: "in place" }, false);
  run.happens("clock jump", { machine: 1, byMs: 3000 });
  expect(touched()).toEqual([]);
});
