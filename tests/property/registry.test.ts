import { expect, test } from "bun:test";
import fc from "fast-check";
import { checkArrivalOrder, checkEnd } from "../support/cluster/end-checks.ts";
import { contentId, ModelCluster } from "../support/cluster/model-cluster.ts";
import { quiesce } from "../support/cluster/quiesce.ts";

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

type Action = (cluster: ModelCluster) => void;

/** An action that prints itself, so that a failure can be read. */
function action<T extends unknown[]>(label: string, run: (cluster: ModelCluster, ...args: T) => void) {
  return (...args: T): Action => {
    return Object.assign((cluster: ModelCluster) => run(cluster, ...args), {
      toString: () => `${label}(${args.join(", ")})`,
    });
  };
}

const put = action("put", (cluster, at: number, what: string, id: string) => cluster.put(at, what, id));
const drop = action("delete", (cluster, at: number, what: string) => cluster.delete(at, what));
const rename = action("rename", (cluster, at: number, from: string, to: string) => cluster.rename(at, from, to));
const remove = action("remove", (cluster, what: string) => cluster.remove(what));
const connect = action("connect", (cluster, at: number) => cluster.connect(at));
const disconnect = action("disconnect", (cluster, at: number, keep: boolean) => cluster.disconnect(at, keep));
/** Gone for longer than its place is kept. */
const leave = action("leave", (cluster, at: number) => {
  cluster.disconnect(at, false);
  cluster.now += 20_000;
  cluster.advance();
});
const reconnect = action("reconnect", (cluster, at: number) => cluster.reconnect(at));
const restart = action("restart", (cluster, at: number) => cluster.restartSecondary(at));
const loseDatabase = action("loseDatabase", (cluster, at: number) => cluster.loseDatabase(at));
const restartCentral = action("restartCentral", (cluster, remembers: boolean) => cluster.restartCentral(remembers));
const edit = action("edit", (cluster, at: number, what: string, times: number, moves: [number, number][]) =>
  cluster.edit(at, what, times, moves),
);
const wait = action("wait", (cluster, ms: number) => {
  cluster.now += ms;
});
const busy = action("busy", (cluster, at: number, what: string, on: boolean) => {
  if (on) cluster.at(at).busy.add(what);
  else cluster.at(at).busy.delete(what);
});
const steps = action("steps", (cluster, moves: [number, number][]) => {
  for (const [at, what] of moves) {
    cluster.step(at, what);
    cluster.advance();
  }
});
const rest = action("rest", (cluster) => {
  for (let round = 0; round < 6; round += 1) {
    cluster.advance();
    for (let at = 0; at < cluster.secondaries.length; at += 1) {
      for (let what = 0; what < 4; what += 1) while (cluster.step(at, what)) cluster.turns += 1;
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
  { weight: 1, arbitrary: who.map((at) => loseDatabase(at)) },
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
  const cluster = new ModelCluster(count, careless);
  for (const act of history) act(cluster);
  checkArrivalOrder(cluster);
  quiesce(cluster);
  checkEnd(cluster);
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

test("the model notices an index that puts copies over what a user has just put there", () => {
  const property = fc.property(histories, ([count, history]) => run(count, history, true));
  expect(fc.check(property, { numRuns: 4000, seed: 1, endOnFailure: true }).failed).toBe(true);
}, 120_000);
