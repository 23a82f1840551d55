import { expect, test } from "bun:test";
import { contentId, World } from "../property/cluster-model.ts";

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

function disturb(world: World, below: (limit: number) => number): void {
  const who = below(world.secondaries.length);
  const name = NAMES[below(NAMES.length)] ?? "";
  const kind = below(100);
  if (kind < 30) world.put(who, name, contentId(below(400)));
  else if (kind < 38) world.delete(who, name);
  else if (kind < 41) world.rename(who, name, NAMES[below(NAMES.length)] ?? "");
  else if (kind < 44) world.remove(name);
  else if (kind < 70) world.connect(who);
  else if (kind < 82) world.disconnect(who, below(2) === 0);
  else if (kind < 85) world.reconnect(who);
  else if (kind < 87) world.restartSecondary(who);
  else if (kind < 88) world.forget(who);
  else if (kind < 89) world.restartCentral(below(2) === 0);
  else world.now += below(30_000);
}

for (const seed of SEEDS) {
  test(`a cluster in trouble ends in step, with nothing lost (seed ${seed})`, () => {
    const below = numbers(seed);
    const world = new World(3 + below(6));
    for (let round = 0; round < 600; round += 1) {
      disturb(world, below);
      for (let moves = below(60); moves > 0; moves -= 1) world.step(below(world.secondaries.length), below(64));
      world.plan();
      if (round % 200 === 199) {
        world.quiesce();
        world.verify();
      }
    }
    expect(world.messages).toBeGreaterThan(0);
  });
}
