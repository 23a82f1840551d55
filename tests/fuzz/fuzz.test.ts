import { afterAll, beforeAll, expect, test } from "bun:test";
import { newSeed } from "./command-line.ts";
import { keptInputs } from "./corpus.ts";
import { inputFor, runInput } from "./fuzzer.ts";
import { record } from "./inputs/recorded.ts";
import { targetsInProcess } from "./targets/all.ts";
import type { Target } from "./targets/target.ts";
import { WebTargets } from "./targets/web.ts";
import { ChannelWatch } from "./watch/channel-watch.ts";
import { MemoryWatch } from "./watch/memory-watch.ts";
import { Scratch } from "./world/scratch.ts";

/** New inputs in each run of these tests; REDES_FUZZ=10 tries ten times as many, REDES_SEED sets the seed. */
const FACTOR = Number(process.env.REDES_FUZZ ?? 1);
const SEED = process.env.REDES_SEED ? Number(process.env.REDES_SEED) : newSeed();
const INPUTS: Readonly<Record<string, number>> = {
  ...{ decoder: 50_000, central: 250, "piece-server": 300, "central-link": 200, client: 100, download: 300 },
  ...{ "small-files": 250, uploads: 150, "http-central": 1000, "http-secondary": 1000, "http-client": 1000 },
};
/** Inputs over HTTP between two of the turns of MemoryWatch. */
const MEMORY_TURN = 10;
/** Milliseconds: far more than any of these takes on a machine with much else to do. */
const TIMEOUT_MS = 600_000 * FACTOR;

let scratch: Scratch;
let watch: ChannelWatch;
let web: WebTargets;
let targets: readonly Target[];

beforeAll(async () => {
  scratch = new Scratch();
  watch = new ChannelWatch();
  web = await WebTargets.start();
  targets = [...targetsInProcess(scratch, await record(scratch), SEED), ...web.all];
});

afterAll(() => {
  for (const each of [web, watch, scratch]) each[Symbol.dispose]();
});

function targetNamed(name: string): Target {
  const target = targets.find((each) => each.name === name);
  if (!target) throw new Error(`no target is called ${name}`);
  return target;
}

test("inputs that have failed once do not fail", async () => {
  for (const { file, input } of keptInputs()) {
    const finding = await runInput(targetNamed(input.target), input, watch);
    expect({ file, what: finding?.what ?? [] }).toEqual({ file, what: [] });
  }
});

for (const [name, count] of Object.entries(INPUTS)) {
  test(
    `${name}: ${count * FACTOR} new inputs do no harm (REDES_SEED=${SEED})`,
    async () => {
      const target = targetNamed(name);
      const memory = new MemoryWatch();
      for (let index = 0; index < count * FACTOR; index++) {
        const finding = await runInput(target, inputFor(target, SEED, index), watch);
        if (finding) expect({ index, what: finding.what }).toEqual({ index, what: [] });
        if (name.startsWith("http-") && index % MEMORY_TURN === 0) expect(memory.check()).toBeNull();
      }
      expect(watch.takeFaults()).toEqual([]);
    },
    TIMEOUT_MS,
  );
}
