import { parseArgs } from "node:util";
import { RecordedChecks } from "./recorded-checks.ts";
import { MAY_RECORD } from "./recording/recorder.ts";
import { describeResult, search } from "./search.ts";

/** `npm run crash`: README.md of this folder says how. */

const { values } = parseArgs({ options: { seed: { type: "string" }, starts: { type: "string" } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const starts = Number(values.starts ?? 1000);
const effort = { most: 64, sampled: 6, singled: 6 };

if (!MAY_RECORD) {
  process.stderr.write("strace is not here, or may not watch programs: it is what records them\n");
  process.exit(1);
}
using checks = await RecordedChecks.make();
let faults = 0;
for (const check of checks.all) {
  const began = performance.now();
  const result = await search(check, { seed, effort, starts });
  faults += result.faults.length;
  const seconds = ((performance.now() - began) / 1000).toFixed();
  process.stdout.write(`${describeResult(result, 10)}, ${seconds} s\n`);
}
process.stdout.write(`seed ${seed}\n`);
process.exitCode = faults === 0 ? 0 : 1;
