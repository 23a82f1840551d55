import { expect, setDefaultTimeout, test } from "bun:test";
import { newSeed } from "./command-line.ts";
import { inputFor } from "./fuzzer.ts";
import { record } from "./inputs/recorded.ts";
import { RealCluster } from "./ports/real-cluster.ts";
import { Siege } from "./ports/siege.ts";
import { targetsAtPorts } from "./targets/all-ports.ts";
import { Scratch } from "./world/scratch.ts";

setDefaultTimeout(180_000);

const SEED = process.env.REDES_SEED ? Number(process.env.REDES_SEED) : newSeed();
/** Inputs for each port and guise. */
const INPUTS = 12;
/** What a download of a second may take beside attackers, and all the other tests. */
const PATIENCE_MS = 5000;

for (const keyed of [false, true]) {
  test(`real ports ${keyed ? "with" : "without"} keys, attacked, serve all the same (REDES_SEED=${SEED})`, async () => {
    using scratch = new Scratch();
    const recorded = await record(scratch);
    await using cluster = await RealCluster.start(keyed);
    const siege = await Siege.begin(cluster);
    for (const target of targetsAtPorts(cluster, recorded, SEED)) {
      const inputs = Array.from({ length: INPUTS }, (_, index) => inputFor(target, SEED, index));
      const found = await Promise.all(inputs.map((input) => target.run(input)));
      expect({ target: target.name, found: found.flat() }).toEqual({ target: target.name, found: [] });
    }
    const { what } = await siege.end(PATIENCE_MS);
    expect(what).toEqual([]);
  });
}
