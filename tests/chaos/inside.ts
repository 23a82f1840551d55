import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { keepEvidence } from "./evidence.ts";
import { ChaosRun } from "./run.ts";
import { runCommand } from "./world/command.ts";
import { ChaosLog } from "./world/log.ts";

/** The first process in the namespaces that `main.ts` makes: when it ends, everything in them does. */

/** A folder in memory over one that every system has; nobody outside of these namespaces sees it. */
const ROOT = "/run/chaos";

function endWithParent(): void {
  process.stdin.on("end", () => process.exit(130));
  process.stdin.resume();
}

async function main(minutes: number, seed: number): Promise<number> {
  endWithParent();
  runCommand("mount", "-t", "tmpfs", "none", "/run");
  mkdirSync(ROOT);
  const logFile = join(ROOT, "chaos.log");
  const log = new ChaosLog(logFile);
  log.print(`chaos: seed ${seed}, ${minutes} min`);
  log.print("The seed decides which faults and changes happen when; what they meet is a matter of real time.");
  const run = new ChaosRun(ROOT, log, seed);
  await run.run(minutes).catch((error: Error) => run.verdict.broken("the chaos itself works", String(error.stack)));
  const { breaks } = run.verdict;
  if (breaks.length === 0) {
    log.print(`all invariants held: seed ${seed}, ${log.seconds.toFixed(0)} s, ${run.summary()}`);
    return 0;
  }
  const folder = keepEvidence(run.known, breaks, seed, logFile);
  const names = [...new Set(breaks.map(({ invariant }) => invariant))].join(", ");
  log.print(`BROKEN: ${names}; seed ${seed}, ${log.seconds.toFixed(0)} s, ${run.summary()}; evidence in ${folder}`);
  return 1;
}

const [, , minutes, seed] = process.argv;
process.exit(await main(Number(minutes), Number(seed)));
