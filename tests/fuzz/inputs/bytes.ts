import type { SeededRandom } from "../../simulation/world/random.ts";

/** Bytes as they were but for one change that knows nothing of what they mean. `other`: where a splice comes from. */
export function changeBytes(bytes: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
  const place = random.below(bytes.length + 1);
  switch (random.below(6)) {
    case 0:
      return flipped(bytes, random);
    case 1:
      return bytes.subarray(0, place);
    case 2: {
      const end = place + random.below(Math.min(64, bytes.length - place) + 1);
      return joined(bytes.subarray(0, place), bytes.subarray(end));
    }
    case 3:
      return joined(bytes.subarray(0, place), random.bytes(1 + random.below(16)), bytes.subarray(place));
    case 4:
      return joined(bytes.subarray(0, place), other.subarray(random.below(other.length + 1)));
    default:
      return random.bytes(random.pick([1, 3, 4, 5, 60, 500]));
  }
}

/** The bytes in parts of random lengths, most of them few. */
export function cut(bytes: Uint8Array, random: SeededRandom): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const usual = random.pick([1, 4, 50]);
  for (let place = 0; place < bytes.length; ) {
    const length = 1 + random.below(usual);
    parts.push(bytes.subarray(place, place + length));
    place += length;
  }
  return parts;
}

function flipped(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const changed = bytes.slice();
  if (changed.length === 0) return changed;
  for (let count = 1 + random.below(4); count > 0; count--) {
    const place = random.below(random.chance(0.5) ? Math.min(40, changed.length) : changed.length);
    changed[place] = random.chance(0.5) ? random.below(256) : (changed[place] ?? 0) ^ (1 << random.below(8));
  }
  return changed;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
