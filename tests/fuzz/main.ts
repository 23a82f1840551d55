import { join } from "node:path";
import { parseCommand, USAGE, UsageError } from "./command-line.ts";
import { keptInputs, readInput, saveInput } from "./corpus.ts";
import { coverageLines, missedPairs } from "./coverage.ts";
import { type Finding, inputFor, runInput } from "./fuzzer.ts";
import { targetsInProcess } from "./targets/all.ts";
import type { Target } from "./targets/target.ts";
import { ChannelWatch } from "./watch/channel-watch.ts";
import { MemoryWatch } from "./watch/memory-watch.ts";
import { Stray } from "./watch/stray.ts";
import { Scratch } from "./world/scratch.ts";

/** `npm run fuzz`: README.md of this folder says how. */

/** Where inputs that fail are written. */
const FAILED = join(process.cwd(), "fuzz-failures");
/** Inputs of one target in a row: the decoder takes a hundred in the time of one of another. */
const TURN = 5;
const DECODER_TURN = 500;

const say = (line: string) => void process.stdout.write(`${line}\n`);

class Run {
  readonly watch = new ChannelWatch();
  readonly counts = new Map<string, number>();
  findings = 0;
  private readonly stray = new Stray();

  constructor(private readonly seed: number) {}

  /** Runs one input; tells and saves what is wrong. */
  async one(target: Target, name: string, make: () => Parameters<Target["run"]>[0]): Promise<void> {
    const input = make();
    const finding = await runInput(target, input, this.watch);
    const what = [...(finding?.what ?? []), ...this.stray.take()];
    this.counts.set(target.name, (this.counts.get(target.name) ?? 0) + 1);
    if (what.length > 0) this.tell({ input, what }, name);
  }

  tell({ input, what }: Finding, name: string): void {
    this.findings += 1;
    const path = saveInput(FAILED, name, input);
    say(`FOUND ${input.target}, seed ${this.seed}, ${path}:\n  ${what.join("\n  ")}`);
  }
}

async function fuzz(seconds: number, seed: number, names: readonly string[]): Promise<number> {
  using scratch = new Scratch();
  const run = new Run(seed);
  const all = await targetsInProcess(scratch, seed);
  const targets = all.filter(({ name }) => names.length === 0 || names.includes(name));
  if (targets.length === 0) throw new UsageError(`the targets are ${all.map(({ name }) => name).join(", ")}`);
  for (const { file, input } of keptInputs()) {
    const target = targets.find(({ name }) => name === input.target);
    if (target) await run.one(target, file, () => input);
  }
  const memory = new MemoryWatch();
  const began = performance.now();
  const passed = () => (performance.now() - began) / 1000;
  for (let turn = 0; passed() < seconds; turn++) {
    for (const target of targets) {
      const length = target.name === "decoder" ? DECODER_TURN : TURN;
      for (let index = turn * length; index < (turn + 1) * length; index++) {
        await run.one(target, `${target.name}-${seed}-${index}`, () => inputFor(target, seed, index));
      }
    }
    const grown = memory.check();
    if (grown) {
      say(`FOUND seed ${seed}: ${grown}`);
      run.findings += 1;
    }
  }
  const inputs = [...run.counts].map(([name, count]) => `${name} ${count}`);
  say(`seed ${seed}: ${Math.round(passed())} s, inputs: ${inputs.join(", ")}`);
  for (const line of coverageLines(run.watch.reached)) say(line);
  say(`legal and never reached: ${missedPairs(run.watch.reached).join(", ") || "none"}`);
  say(`${memory.summary}; found: ${run.findings}`);
  return run.findings === 0 ? 0 : 1;
}

async function replay(path: string): Promise<number> {
  using scratch = new Scratch();
  const run = new Run(0);
  const input = readInput(path);
  const target = (await targetsInProcess(scratch, 0)).find(({ name }) => name === input.target);
  if (!target) throw new UsageError(`no target is called ${input.target}`);
  await run.one(target, "replayed", () => input);
  say(`found: ${run.findings}`);
  return run.findings === 0 ? 0 : 1;
}

try {
  const command = parseCommand(process.argv.slice(2));
  process.exitCode =
    command.kind === "input" ? await replay(command.path) : await fuzz(command.seconds, command.seed, command.targets);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n${USAGE}\n`);
  process.exitCode = 2;
}
