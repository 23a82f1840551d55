import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applyMutant, type Mutant } from "./mutants.ts";

/** What of the tree the tests need. */
const COPIED = ["src", "tests", "package.json", "tsconfig.json", "bunfig.toml"];
/** Milliseconds for one test; a mutant may make it endless. */
const TEST_TIMEOUT_MS = 20_000;
/** Milliseconds for all tests of one run: a loop without an end is not stopped by the timeout of a test. */
const RUN_TIMEOUT_MS = 180_000;
/** The same for a run of all tests at once, without a mutant. */
const WHOLE_TIMEOUT_MS = 900_000;

/** Clusters that are simulated last: the same ones for each mutant, so that a seed that fails without it is no mutant's fault. */
const SEEDS_TEST = "tests/simulation/seeds.test.ts";
const SEEDS = { REDES_SEED: "5000", REDES_SEEDS: "150" };

/** `killed`: a test fails. `timeout`: the tests do not end. `survived`: no test notices. */
export type Outcome = "killed" | "timeout" | "survived";

/** A copy of the tree in which one mutant after the other is tried. */
export class Sandbox {
  constructor(
    root: string,
    private readonly folder: string,
  ) {
    mkdirSync(folder, { recursive: true });
    for (const name of COPIED) cpSync(join(root, name), join(folder, name), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  }

  /** Runs these groups of tests, then simulated clusters, with the mutant in place, up to the first in which one fails. */
  async try(mutant: Mutant, groups: readonly (readonly string[])[]): Promise<Outcome> {
    const path = join(this.folder, mutant.file);
    const original = readFileSync(path, "utf8");
    writeFileSync(path, applyMutant(original, mutant));
    try {
      for (const tests of groups) {
        const outcome = await this.run(tests);
        if (outcome !== "survived") return outcome;
      }
      return await this.simulate();
    } finally {
      writeFileSync(path, original);
    }
  }

  /** Runs these tests, and the simulated clusters, with the tree as it is. Throws an `Error` that names what fails. */
  async expectPass(tests: readonly string[]): Promise<void> {
    const printed = join(this.folder, "printed");
    const outcome = await this.run([...tests, SEEDS_TEST], WHOLE_TIMEOUT_MS, Bun.file(printed));
    if (outcome === "survived") return;
    const failed = readFileSync(printed, "utf8")
      .split("\n")
      .filter((line) => line.startsWith("(fail)"));
    throw new Error(
      outcome === "timeout"
        ? `the tests do not end within ${WHOLE_TIMEOUT_MS / 1000} s without any mutant: leave the machine to them`
        : `tests fail without any mutant: ${failed.join(", ") || "see npm test"}`,
    );
  }

  private simulate(): Promise<Outcome> {
    return this.run([SEEDS_TEST]);
  }

  private async run(
    tests: readonly string[],
    timeout = RUN_TIMEOUT_MS,
    printed: Bun.BunFile | "ignore" = "ignore",
  ): Promise<Outcome> {
    if (tests.length === 0) return "survived";
    const flags = ["--isolate", "--bail=1", "--timeout", String(TEST_TIMEOUT_MS)];
    const bun = Bun.spawn([process.execPath, "test", ...flags, ...tests], {
      cwd: this.folder,
      env: { ...process.env, ...SEEDS },
      stdin: "ignore",
      stdout: "ignore",
      stderr: printed,
      timeout,
      killSignal: "SIGKILL",
    });
    const code = await bun.exited;
    if (bun.signalCode !== null) return "timeout";
    return code === 0 ? "survived" : "killed";
  }
}
