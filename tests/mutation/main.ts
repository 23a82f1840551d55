import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Dependents } from "./dependents.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";
import { type Outcome, Sandbox } from "./sandbox.ts";

/**
 * `npm run mutants [-- --count N --seed S --under FOLDER]`: changes one operator at a time, at random places, and runs the
 * unit, property and simulation tests that depend on the file. What these leave alive meets simulated clusters, of the same
 * seeds each time. What survives is printed: a test is missing there, or the change makes no difference. Exits with 1 when
 * fewer than nine in ten are noticed. `--skip K` leaves out the first K of the N, which an earlier run has tried.
 */

const ROOT = join(import.meta.dir, "../..");
const FOLDERS = ["transfer", "central", "secondary", "client"];
const TESTS = ["tests/unit/", "tests/property/", "tests/simulation/"];
/** Tests that import the file directly, or nearly so, run first: most mutants fail there. */
const NEAREST = 4;
/** These take longest, so they run last. */
const SLOWEST = "tests/simulation/";
/** They compare texts of sources, are about the simulator itself, or choose other seeds each time: no mutant's behaviour. */
const LEFT_OUT = ["planted/", "runner/", "world/", "seeds.test.ts"].map((name) => `${SLOWEST}${name}`);
const WANTED_SHARE = 0.9;

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    skip: { type: "string", default: "0" },
    under: { type: "string" },
  },
});

const files = [...new Bun.Glob("{src,tests}/**/*.ts").scanSync(ROOT)].sort();
const dependents = new Dependents(ROOT, files);
const folders = values.under ? [values.under] : FOLDERS.map((folder) => `src/${folder}/`);
/** As they are now: somebody may go on working on them. */
const sources = new Map(
  files
    .filter((file) => folders.some((folder) => file.startsWith(folder)))
    .map((file) => [file, readFileSync(join(ROOT, file), "utf8")]),
);
const mutants = [...sources].flatMap(([file, text]) => mutantsOf(file, text));
const chosen = sample(mutants, Number(values.count), Number(values.seed)).slice(Number(values.skip));
process.stdout.write(`${chosen.length} of ${mutants.length} mutants\n`);

const outcomes = new Map<Mutant, Outcome>();
const workspace = mkdtempSync(join(tmpdir(), "redes-mutants-"));
process.once("SIGINT", () => {
  rmSync(workspace, { recursive: true, force: true });
  process.exit(130);
});
const waiting = [...chosen];
try {
  const sandboxes = Array.from({ length: availableParallelism() }, (_, index) => {
    return new Sandbox(ROOT, join(workspace, String(index)));
  });
  // A test that fails here anyway would count as one that notices.
  await Promise.all(sandboxes.map((sandbox, index) => sandbox.expectPass(shareOf(index, sandboxes.length))));
  await Promise.all(sandboxes.map(work));
} finally {
  rmSync(workspace, { recursive: true, force: true });
}

const survived = [...outcomes.values()].filter((outcome) => outcome === "survived").length;
const noticed = chosen.length - survived;
process.stdout.write(`${noticed} of ${chosen.length} noticed (${((100 * noticed) / chosen.length).toFixed(1)} %)\n`);
process.exitCode = noticed >= WANTED_SHARE * chosen.length ? 0 : 1;

async function work(sandbox: Sandbox): Promise<void> {
  for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
    const outcome = await sandbox.try(mutant, testsOf(mutant));
    outcomes.set(mutant, outcome);
    process.stdout.write(`${outcomes.size}/${chosen.length} ${outcome} ${describe(mutant)}\n`);
  }
}

/** The tests that depend on the file of a mutant, in groups that run one after the other. */
function testsOf({ file }: Mutant): string[][] {
  const all = dependents
    .testsOf(file)
    .filter(
      (test) => TESTS.some((where) => test.startsWith(where)) && !LEFT_OUT.some((where) => test.startsWith(where)),
    );
  const quick = all.filter((test) => !test.startsWith(SLOWEST));
  const slow = all.filter((test) => test.startsWith(SLOWEST));
  return [quick.slice(0, NEAREST), quick.slice(NEAREST), slow];
}

/** Every `of`-th one of all tests that are run for any mutant, from `index` on. */
function shareOf(index: number, of: number): string[] {
  const all = [...new Set(chosen.flatMap((mutant) => testsOf(mutant).flat()))].sort();
  return all.filter((_test, place) => place % of === index);
}

function describe({ file, line, start, end, replacement }: Mutant): string {
  const text = sources.get(file) ?? "";
  const from = text.lastIndexOf("\n", start) + 1;
  const until = text.indexOf("\n", end);
  const marked = `${text.slice(from, start)}[${text.slice(start, end)} -> ${replacement}]${text.slice(end, until)}`;
  return `${file}:${line} ${marked.trim()}`;
}

/** So many of them, the same ones for the same seed (mulberry32, by Tommy Ettinger). */
function sample<T>(all: readonly T[], count: number, seed: number): T[] {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const rest = [...all];
  return Array.from({ length: Math.min(count, rest.length) }, () => {
    const [one] = rest.splice(Math.floor(random() * rest.length), 1);
    return one as T;
  });
}
