import { expect, test } from "bun:test";
import type { SeededRandom } from "../../random.ts";
import type { EndFault } from "../impairments.ts";
import { TwoHosts } from "./support.ts";
import { Talker } from "./talker.ts";

/** Milliseconds in which connections are made and faults begin, and which a fault lasts at most. */
const BUSY_MS = 60_000;
const LONGEST_FAULT_MS = 15_000;
/** Longer than any wait of a connection once nothing is wrong any more. */
const REST_MS = 2_000_000;
const SEEDS = 60;
/** Streams of the ends that accept; those of callers are below. */
const ANSWERS = 100;
const ANSWER_BYTES = 30_000;

type BeginFault = (hosts: TwoHosts, random: SeededRandom) => EndFault | undefined;

/** Faults that a connection outlives. */
const OUTLIVED: readonly BeginFault[] = [
  ({ faults }) => faults.partition("near", "far"),
  ({ faults }) => faults.oneWayPartition("near", "far"),
  ({ faults }) => faults.oneWayPartition("far", "near"),
  ({ faults }) => faults.blackHole("far"),
  ({ faults }) => faults.muteHost("near"),
  ({ faults }, random) => faults.lossyLink("near", "far", random.between(0, 0.5)),
  ({ faults }, random) => faults.slowLink("near", "far", random.between(1, 500)),
  ({ faults }, random) => faults.delay("near", "far", random.between(0, 9000)),
  ({ faults }, random) => faults.slowReader("far", random.between(1, 2000)),
  ({ faults }) => faults.refuse("far"),
  ({ near }) => {
    near.stop();
    return () => near.goOn();
  },
];

const BREAKING: readonly BeginFault[] = [
  ({ faults }) => void faults.resetConnections("near", "far"),
  ({ faults }) => void faults.loseConnections("near", "far"),
  ({ faults }) => void faults.halfOpen("far"),
  ({ faults }) => faults.exhaustDescriptors("far"),
  ({ network }) => network.host("near").powerOff(),
  ({ far }) => void far.kill(),
];

interface Run {
  readonly hosts: TwoHosts;
  /** By number of the connection; `made`: the caller was told that it is connected. */
  readonly callers: { readonly talker: Talker; readonly length: number; made: boolean }[];
  readonly accepted: Talker[];
}

/** Some connections at the same time, on which both ends talk, while faults come and go. */
function run(seed: number, kinds: readonly BeginFault[]): Run {
  const hosts = new TwoHosts(seed);
  const random = hosts.sim.random("test");
  const made: Run = { hosts, callers: [], accepted: [] };
  const talker = (stream: number, length: number) =>
    new Talker(stream, length, () => 1 + random.below(50_000), random.chance(0.5) ? 5000 : null);
  const { port } = hosts.farPort.listen({ host: "far", port: 0 }, (socket) => {
    const answering = talker(ANSWERS, ANSWER_BYTES);
    made.accepted.push(answering);
    return answering.attach(socket);
  });
  for (let number = 0; number < 3; number++) {
    const length = 1 + random.below(100_000);
    const caller = { talker: talker(number, length), length, made: false };
    made.callers.push(caller);
    hosts.sim.after(random.below(BUSY_MS), () => {
      const connecting = hosts.nearPort.connect({ host: "far", port }, (socket) => caller.talker.attach(socket), {
        role: "central",
      });
      connecting.then(
        () => {
          caller.made = true;
        },
        () => {},
      );
    });
  }
  for (let count = 0; count < 6; count++) {
    hosts.sim.after(random.below(BUSY_MS), () => {
      const end = random.pick(kinds)(hosts, random);
      if (end) hosts.sim.after(random.below(LONGEST_FAULT_MS), end);
    });
  }
  hosts.pass(BUSY_MS + LONGEST_FAULT_MS + REST_MS);
  return made;
}

function total(talkers: readonly Talker[]): number {
  return talkers.reduce((sum, { received }) => sum + received, 0);
}

test("everything comes on every connection that outlives its faults", () => {
  let connections = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { hosts, callers, accepted } = run(seed, OUTLIVED);
    expect(hosts.network.handlerErrors).toEqual([]);
    const made = callers.filter((caller) => caller.made);
    connections += made.length;
    expect(made.map(({ talker }) => talker.received)).toEqual(made.map(() => ANSWER_BYTES));
    expect(total(accepted)).toBe(made.reduce((sum, { length }) => sum + length, 0));
    expect(hosts.network.bufferedBytesOf(hosts.near) + hosts.network.bufferedBytesOf(hosts.far)).toBe(0);
  }
  // Some are refused, and some time out.
  expect(connections).toBeGreaterThan(SEEDS);
  expect(connections).toBeLessThan(3 * SEEDS);
});

test("with every fault, what comes is the beginning of what was sent, and ends come once", () => {
  let received = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { hosts, callers, accepted } = run(seed, [...OUTLIVED, ...BREAKING]);
    expect(hosts.network.handlerErrors).toEqual([]);
    for (const { received, heard } of accepted) {
      if (heard !== null) expect(received).toBeLessThanOrEqual(callers[heard]?.length ?? 0);
    }
    received += total(accepted);
  }
  expect(received).toBeGreaterThan(0);
});

test("the same seed gives the same run", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const seen = [1, 2].map(() => {
      const { hosts, callers, accepted } = run(seed, [...OUTLIVED, ...BREAKING]);
      return [hosts.sim.events, callers.map(({ talker }) => talker.received), accepted.map((one) => one.received)];
    });
    expect(seen[0]).toEqual(seen[1]);
  }
});
