import { createHash } from "node:crypto";
import type { Address } from "../../src/net/address/address.ts";
import { tcpNetwork } from "../../src/net/transport/tcp.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { silentLog } from "../../src/platform/log/log.ts";
import { systemRandom, uniqueId } from "../../src/platform/random.ts";
import type { HeldFile } from "../../src/protocol/messages/secondary.ts";
import { CentralLink, type CentralLinkHandler } from "../../src/secondary/central/central-link.ts";

/** The name of file `index` of a large catalogue. */
export function scriptedName(index: number): string {
  return `datasets/collection ${Math.floor(index / 1000)}/recording-${String(index).padStart(7, "0")}.bin`;
}

/** A file as a secondary announces it that has held it for long. */
export function scriptedFile(name: string, id: string, size: number): HeldFile {
  return { name, id, size, vector: "0123abcd:1", changed: false, edits: "", modified: 0, blake3: null, sha256: null };
}

function* held(count: number, real: readonly HeldFile[]): Generator<HeldFile> {
  yield* real;
  for (let index = 0; index < count; index++) {
    const name = scriptedName(index);
    const id = createHash("sha256").update(name).digest("hex");
    yield scriptedFile(name, id, 1000 + index);
  }
}

/**
 * Secondaries that announce `count` files which nobody has, and beside them the `real` ones, which those who listen at
 * `places` serve. Gives how to stop them.
 */
export function scriptSecondaries(
  central: Address,
  places: readonly Address[],
  count: number,
  real: readonly HeldFile[],
): () => void {
  const links = places.map((place, index) => {
    const nothing = () => {};
    const handler: CentralLinkHandler = {
      location: () => ({ ...place, http: null }),
      lastRemoval: () => ({ epoch: null, serial: 0 }),
      files: () => held(count, real),
      registered: nothing,
      agreed: nothing,
      conflict: nothing,
      fetch: nothing,
      withdraw: nothing,
      remove: nothing,
      sources: nothing,
      suspect: nothing,
      revocations: nothing,
      kept: nothing,
      restore: nothing,
      digests: nothing,
      counted: nothing,
      lost: nothing,
    };
    const deps = { clock: systemClock, random: systemRandom, network: tcpNetwork(systemClock), log: silentLog };
    const options = { central, number: index + 1, instance: uniqueId(systemRandom) };
    return { link: new CentralLink(deps, options), handler };
  });
  for (const { link, handler } of links) link.start(handler);
  return () => {
    for (const { link } of links) link.stop();
  };
}
