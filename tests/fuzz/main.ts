import { UsageError } from "../support/command-line.ts";
import { parseCommand, type RunCommand, USAGE } from "./command-line.ts";
import { keptInputs, readInput } from "./corpus.ts";
import { answerLines, coverageLines, missedPairs } from "./coverage.ts";
import { type Recorded, record } from "./inputs/recorded.ts";
import { RealCluster } from "./ports/real-cluster.ts";
import { Siege } from "./ports/siege.ts";
import { Run } from "./run.ts";
import { targetsInProcess } from "./targets/all.ts";
import { targetsAtPorts } from "./targets/all-ports.ts";
import type { Target } from "./targets/target.ts";
import { WebTargets } from "./targets/web.ts";
import { MemoryWatch } from "./watch/memory-watch.ts";
import { Scratch } from "./world/scratch.ts";

/** `npm run fuzz`: README.md of this folder says how. */

/** Inputs of one target in a row: the decoder takes a hundred in the time of one of another. */
const TURN = 5;
const DECODER_TURN = 500;
/** Of the time, what goes to real ports. */
const PORTS_SHARE = 0.4;

const say = (line: string) => void process.stdout.write(`${line}\n`);

/** Runs kept inputs, and then new ones for so many seconds; what they reach and find is in `run`. */
async function attack(run: Run, targets: readonly Target[], seconds: number): Promise<void> {
  for (const { file, input } of keptInputs()) {
    const target = targets.find(({ name }) => name === input.target);
    if (target) await run.input(target, file, () => input);
  }
  const memory = new MemoryWatch();
  const end = performance.now() + seconds * 1000;
  for (let turn = 0; performance.now() < end && targets.length > 0; turn++) {
    for (const target of targets) {
      const length = target.name === "decoder" ? DECODER_TURN : TURN;
      await run.inputs(target, turn * length, (turn + 1) * length);
    }
    const grown = memory.check();
    if (grown !== null) run.found(grown);
  }
  if (memory.summary) say(memory.summary);
}

async function fuzz({ seconds, seed, targets: names }: RunCommand): Promise<number> {
  using scratch = new Scratch();
  using run = new Run(seed, say);
  const recorded = await record(scratch);
  const wanted = (target: Target) => names.length === 0 || names.some((name) => target.name.startsWith(name));
  using web = await WebTargets.start();
  const inProcess = [...targetsInProcess(scratch, recorded, seed), ...web.all].filter(wanted);
  const atPorts = names.length === 0 || names.some((name) => name.includes("port"));
  const forPorts = !atPorts ? 0 : inProcess.length === 0 ? 1 : PORTS_SHARE;
  await attack(run, inProcess, seconds * (1 - forPorts));
  if (atPorts) {
    for (const keyed of [false, true]) await besiege(run, keyed, recorded, wanted, seed, (seconds * forPorts) / 2);
  }
  say(`seed ${seed}, inputs: ${[...run.counts].map(([name, count]) => `${name} ${count}`).join(", ")}`);
  for (const line of coverageLines(run.watch.reached)) say(line);
  say(`legal and never reached: ${missedPairs(run.watch.reached).join(", ") || "none"}`);
  say(`found: ${run.findings}`);
  return run.findings === 0 ? 0 : 1;
}

/** Attacks the ports of a real cluster while honest clients use it. */
async function besiege(
  run: Run,
  keyed: boolean,
  recorded: Recorded,
  wanted: (target: Target) => boolean,
  seed: number,
  seconds: number,
): Promise<void> {
  await using cluster = await RealCluster.start(keyed);
  const targets = targetsAtPorts(cluster, recorded, seed).filter(wanted);
  const siege = await Siege.begin(cluster);
  await attack(run, targets, seconds);
  const { what, summary } = await siege.end();
  for (const each of what) run.found(each);
  say(summary);
  for (const line of answerLines(targets)) say(line);
}

async function replay(path: string): Promise<number> {
  using scratch = new Scratch();
  using run = new Run(0, say);
  const input = readInput(path);
  const recorded = await record(scratch);
  const replayAt = async (targets: readonly Target[]) => {
    const target = targets.find(({ name }) => name === input.target);
    if (!target) throw new UsageError(`no target is called ${input.target}`);
    await run.input(target, "replayed", () => input);
  };
  if (input.target.includes("-port-")) {
    await using cluster = await RealCluster.start(!input.target.includes("no-keys"));
    await replayAt(targetsAtPorts(cluster, recorded, 0));
  } else {
    using web = await WebTargets.start();
    await replayAt([...targetsInProcess(scratch, recorded, 0), ...web.all]);
  }
  say(`found: ${run.findings}`);
  return run.findings === 0 ? 0 : 1;
}

/** What serves HTTP is made for a thread that ends with all that it has: here its timers go on. */
function end(code: number): void {
  process.stdout.write("", () => process.exit(code));
}

try {
  const command = parseCommand(process.argv.slice(2));
  end(command.kind === "input" ? await replay(command.path) : await fuzz(command));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n${USAGE}\n`);
  end(2);
}
