import { expect, test } from "bun:test";
import { checkEnd } from "../../support/cluster/end-checks.ts";
import { contentId, ModelCluster } from "../../support/cluster/model-cluster.ts";
import { quiesce } from "../../support/cluster/quiesce.ts";

/** Seeds to run; set REDES_SEED to see one again. */
const SEEDS = process.env.REDES_SEED
  ? [Number(process.env.REDES_SEED)]
  : Array.from({ length: Number(process.env.REDES_SEEDS ?? 15) }, (_, index) => index + 1);
const NAMES = Array.from({ length: 30 }, (_, index) => `folder${index % 3}/file${index}.bin`);

/** A small generator of numbers below `limit`, the same for the same seed (mulberry32). */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

function disturb(cluster: ModelCluster, below: (limit: number) => number): void {
  const who = below(cluster.secondaries.length);
  const name = NAMES[below(NAMES.length)] ?? "";
  const kind = below(100);
  if (kind < 30) cluster.put(who, name, contentId(below(400)));
  else if (kind < 38) cluster.delete(who, name);
  else if (kind < 41) cluster.rename(who, name, NAMES[below(NAMES.length)] ?? "");
  else if (kind < 44) cluster.remove(name);
  else if (kind < 70) cluster.connect(who);
  else if (kind < 82) cluster.disconnect(who, below(2) === 0);
  else if (kind < 85) cluster.reconnect(who);
  else if (kind < 87) cluster.restartSecondary(who);
  else if (kind < 88) cluster.loseDatabase(who);
  else if (kind < 89) cluster.restartCentral(below(2) === 0);
  else cluster.now += below(30_000);
}

for (const seed of SEEDS) {
  test(`a cluster in trouble ends in step, with nothing lost (seed ${seed})`, () => {
    const below = numbers(seed);
    const cluster = new ModelCluster(3 + below(6));
    for (let round = 0; round < 600; round += 1) {
      disturb(cluster, below);
      for (let steps = below(60); steps > 0; steps -= 1) cluster.step(below(cluster.secondaries.length), below(64));
      cluster.advance();
      if (round % 200 === 199) {
        quiesce(cluster);
        checkEnd(cluster);
      }
    }
    expect(cluster.messageCount).toBeGreaterThan(0);
  });
}
