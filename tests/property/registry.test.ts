import { expect, test } from "bun:test";
import fc from "fast-check";
import { contentId, World } from "./cluster-model.ts";

fc.configureGlobal({ includeErrorInReport: true });

const NAMES = ["a.bin", "b", "d/c.tar.gz"] as const;
/** Histories tried: some seconds' worth, or as many as REDES_RUNS says. A failure prints its seed and the history. */
const RUNS = Number(process.env.REDES_RUNS ?? 1500);
/** Milliseconds; one history takes about a third of one. */
const LIMIT = 120_000 + 5 * RUNS;

const who = fc.nat(4);
const name = fc.constantFrom(...NAMES);
/** Few of them, so that the same content comes up in several places, and comes back. */
const content = fc.nat(7).map(contentId);

/** How often a file is saved: seldom more than a hundred times. */
const times = fc.oneof(
  { weight: 9, arbitrary: fc.nat(8) },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 130 }) },
);
const moves = fc.array(fc.tuple(who, fc.nat(31)), { maxLength: 3 });

type Action = (world: World) => void;

/** An action that prints itself, so that a failure can be read. */
function action<T extends unknown[]>(label: string, run: (world: World, ...args: T) => void) {
  return (...args: T): Action => {
    return Object.assign((world: World) => run(world, ...args), { toString: () => `${label}(${args.join(", ")})` });
  };
}

const put = action("put", (world, at: number, what: string, id: string) => world.put(at, what, id));
const drop = action("delete", (world, at: number, what: string) => world.delete(at, what));
const rename = action("rename", (world, at: number, from: string, to: string) => world.rename(at, from, to));
const remove = action("remove", (world, what: string) => world.remove(what));
const connect = action("connect", (world, at: number) => world.connect(at));
const disconnect = action("disconnect", (world, at: number, keep: boolean) => world.disconnect(at, keep));
/** Gone for longer than its place is kept. */
const leave = action("leave", (world, at: number) => {
  world.disconnect(at, false);
  world.now += 20_000;
  world.plan();
});
const reconnect = action("reconnect", (world, at: number) => world.reconnect(at));
const restart = action("restart", (world, at: number) => world.restartSecondary(at));
const forget = action("forget", (world, at: number) => world.forget(at));
const restartCentral = action("restartCentral", (world, remembers: boolean) => world.restartCentral(remembers));
const edit = action("edit", (world, at: number, what: string, times: number, moves: [number, number][]) =>
  world.edit(at, what, times, moves),
);
const wait = action("wait", (world, ms: number) => {
  world.now += ms;
});
const busy = action("busy", (world, at: number, what: string, on: boolean) => {
  if (on) world.at(at).busy.add(what);
  else world.at(at).busy.delete(what);
});
const steps = action("steps", (world, moves: [number, number][]) => {
  for (const [at, what] of moves) {
    world.step(at, what);
    world.plan();
  }
});
const rest = action("rest", (world) => {
  for (let round = 0; round < 6; round += 1) {
    world.plan();
    for (let at = 0; at < world.secondaries.length; at += 1) {
      for (let what = 0; what < 4; what += 1) while (world.step(at, what)) world.turns += 1;
    }
  }
});

const actions = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(who, name, content).map((args) => put(...args)) },
  { weight: 3, arbitrary: fc.tuple(who, name).map((args) => drop(...args)) },
  { weight: 1, arbitrary: fc.tuple(who, name, name).map((args) => rename(...args)) },
  { weight: 2, arbitrary: name.map((what) => remove(what)) },
  { weight: 6, arbitrary: who.map((at) => connect(at)) },
  { weight: 3, arbitrary: fc.tuple(who, fc.boolean()).map((args) => disconnect(...args)) },
  { weight: 2, arbitrary: who.map((at) => leave(at)) },
  { weight: 1, arbitrary: who.map((at) => reconnect(at)) },
  { weight: 1, arbitrary: who.map((at) => restart(at)) },
  { weight: 1, arbitrary: who.map((at) => forget(at)) },
  { weight: 1, arbitrary: fc.boolean().map((remembers) => restartCentral(remembers)) },
  { weight: 1, arbitrary: fc.tuple(who, name, times, moves).map((args) => edit(...args)) },
  { weight: 2, arbitrary: fc.constantFrom(100, 5_000, 20_000).map((ms) => wait(ms)) },
  { weight: 1, arbitrary: fc.tuple(who, name, fc.boolean()).map((args) => busy(...args)) },
  {
    weight: 6,
    arbitrary: fc.array(fc.tuple(who, fc.nat(31)), { minLength: 1, maxLength: 25, size: "max" }).map((m) => steps(m)),
  },
  { weight: 4, arbitrary: fc.constant(rest()) },
);

const histories = fc.tuple(fc.integer({ min: 2, max: 4 }), fc.array(actions, { maxLength: 60, size: "max" }));

function run(count: number, history: readonly Action[], careless: boolean): void {
  const world = new World(count, careless);
  for (const act of history) act(world);
  world.checkOrder();
  world.quiesce();
  world.verify();
}

test(
  "whatever happens, in the end all hold the same and nothing is lost",
  () => {
    fc.assert(
      fc.property(histories, ([count, history]) => run(count, history, false)),
      { numRuns: RUNS },
    );
  },
  LIMIT,
);

test("the model notices a index that puts copies over what a user has just put there", () => {
  const property = fc.property(histories, ([count, history]) => run(count, history, true));
  expect(fc.check(property, { numRuns: 4000, seed: 1, endOnFailure: true }).failed).toBe(true);
}, 120_000);
