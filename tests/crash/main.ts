import { parseArgs } from "node:util";
import { RecordedChecks } from "./recorded-checks.ts";
import { MAY_RECORD } from "./recording/recorder.ts";
import { describeResult, search } from "./search.ts";

/** `npm run crash`: README.md of this folder says how. */

const { values } = parseArgs({ options: { seed: { type: "string" }, starts: { type: "string" } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const starts = Number(values.starts ?? 1000);
/** Starts of processes for each check that can be made with them. */
const PROCESS_STARTS = 5;
/** Faults of each check that are described. */
const SHOWN_FAULTS = 10;
const effort = { work: 5_000_000, most: 64, sampled: 6, singled: 6 };

if (!MAY_RECORD) {
  process.stderr.write("strace is not here, or may not watch programs: it is what records them\n");
  process.exit(1);
}
using checks = await RecordedChecks.make();
let faults = 0;
for (const check of checks.all) {
  const began = performance.now();
  const results = [await search(check, { seed, effort, starts })];
  const processes = { seed, effort, starts: PROCESS_STARTS, inProcesses: true };
  if (check.faultOfProcesses) results.push(await search(check, processes));
  for (const result of results) {
    faults += result.faults.length;
    process.stdout.write(`${describeResult(result, SHOWN_FAULTS)}\n`);
  }
  process.stdout.write(`  in ${((performance.now() - began) / 1000).toFixed()} s\n`);
}
process.stdout.write(`seed ${seed}\n`);
process.exitCode = faults === 0 ? 0 : 1;
