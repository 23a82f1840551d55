import { describe, expect, test } from "bun:test";
import type { Socket } from "../../../../../src/net/transport/network.ts";
import { tcpNetwork } from "../../../../../src/net/transport/tcp.ts";
import { systemClock } from "../../../../../src/platform/clock.ts";
import { type ConnectedEnds, recording, TwoHosts } from "./support.ts";

type Step = (ends: ConnectedEnds, note: (text: string) => void) => void;

/** What happens on a connection: steps, between which both ends get all that is on its way. */
interface Script {
  readonly name: string;
  readonly steps: readonly Step[];
  /** Whether it is compared how many bytes came: kernels have buffers of different sizes. */
  readonly counts?: boolean;
}

const bytes = (count: number) => new Uint8Array(count);
/** More than the buffers of any kernel hold. */
const MUCH = 32_000_000;

const SCRIPTS: readonly Script[] = [
  {
    name: "one end sends, then the other",
    steps: [({ near }) => near.write(bytes(10)), ({ far }) => far.write(bytes(20))],
  },
  { name: "shutdown", steps: [({ near }) => near.shutdown()] },
  {
    name: "shutdown of both",
    steps: [
      ({ near, far }) => {
        near.shutdown();
        far.shutdown();
      },
    ],
  },
  { name: "destroy", steps: [({ near }) => near.destroy()] },
  {
    name: "what was sent before a shutdown comes",
    steps: [
      ({ near }) => {
        near.write(bytes(10));
        near.shutdown();
      },
    ],
  },
  {
    name: "what was sent before a destroy comes",
    steps: [
      ({ near }) => {
        near.write(bytes(10));
        near.destroy();
      },
    ],
  },
  {
    name: "nothing is taken after a shutdown",
    steps: [
      ({ near }, note) => {
        near.shutdown();
        note(`near gave ${near.write(bytes(5))}`);
      },
    ],
  },
  {
    name: "nothing is taken after a destroy",
    steps: [
      ({ near }, note) => {
        near.destroy();
        note(`near gave ${near.write(bytes(5))}`);
      },
    ],
  },
  {
    name: "an end that shuts down still gets what the other one sends at that moment",
    steps: [
      ({ near, far }) => {
        near.shutdown();
        far.write(bytes(7));
      },
    ],
  },
  {
    name: "nothing is taken once the other end has shut down",
    steps: [({ near }) => near.shutdown(), ({ far }, note) => note(`far gave ${far.write(bytes(7))}`)],
  },
  {
    name: "a destroy right after a shutdown ends the connection in order",
    steps: [
      ({ near }) => {
        near.shutdown();
        near.destroy();
      },
    ],
  },
  {
    name: "a second end changes nothing",
    steps: [
      ({ near }) => {
        near.destroy();
        near.destroy();
        near.shutdown();
      },
    ],
  },
  {
    name: "of more than the buffers hold a part is taken, and the end is told when there is room",
    steps: [({ near }, note) => note(`near gave all: ${near.write(bytes(MUCH)) === MUCH}`)],
    counts: false,
  },
  {
    name: "all that was taken comes before the end",
    steps: [
      ({ near }) => {
        near.write(bytes(MUCH));
        near.shutdown();
      },
    ],
    counts: false,
  },
];

/** The lines of each end in order: which end is first is chance. */
type Lines = Readonly<Record<string, readonly string[]>>;

function byEnd(lines: readonly string[], { counts = true }: Script): Lines {
  const compared = counts ? lines : lines.filter((line) => !line.includes(" got "));
  const of = (end: string) => compared.filter((line) => line.startsWith(end));
  return { near: of("near"), far: of("far") };
}

/** The lines after each step. */
function runSimulated(script: Script, seed: number): Lines[] {
  const lines: string[] = [];
  const hosts = new TwoHosts(seed);
  const ends = hosts.connect(lines);
  return script.steps.map((step) => {
    step(ends, (text) => lines.push(text));
    hosts.pass(60_000);
    return byEnd(lines, script);
  });
}

const PATIENCE_MS = 5000;

/** The lines after each step, for which it waits until they are as `expected`, or a deadline is over. */
async function runOnLoopback(script: Script, expected: readonly Lines[]): Promise<Lines[]> {
  const lines: string[] = [];
  const network = tcpNetwork(systemClock);
  const accepted = Promise.withResolvers<Socket>();
  const connected = Promise.withResolvers<Socket>();
  const listener = network.listen({ host: "127.0.0.1", port: 0 }, (socket) => {
    accepted.resolve(socket);
    return recording("far", lines);
  });
  await network.connect(
    { host: "127.0.0.1", port: listener.port },
    (socket) => {
      connected.resolve(socket);
      return recording("near", lines);
    },
    { role: "central" },
  );
  const ends = { near: await connected.promise, far: await accepted.promise };
  const after: Lines[] = [];
  for (const [index, step] of script.steps.entries()) {
    step(ends, (text) => lines.push(text));
    const until = Date.now() + PATIENCE_MS;
    while (!Bun.deepEquals(byEnd(lines, script), expected[index]) && Date.now() < until) await Bun.sleep(1);
    after.push(byEnd(lines, script));
  }
  listener.stop();
  ends.near.destroy();
  ends.far.destroy();
  return after;
}

describe("a simulated connection does what one of the kernel does", () => {
  for (const script of SCRIPTS) {
    test(script.name, async () => {
      const real = await runOnLoopback(script, runSimulated(script, 1));
      for (let seed = 1; seed <= 20; seed++) expect(runSimulated(script, seed)).toEqual(real);
    });
  }
});
