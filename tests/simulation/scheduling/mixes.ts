import { seeded } from "../world/agenda.ts";
import { type LinkPlan, type Mix, mbit } from "./links.ts";

const MIB = 1024 * 1024;

/** A number between `least` and `most`, as likely in each octave. */
function spread(random: () => number, least: number, most: number): number {
  return least * (most / least) ** random();
}

/** Two to six links of very different rates, and a file that is large for them: at least 200 pieces and `seconds`. */
function baseMix(random: () => number, seconds: number): { links: LinkPlan[]; pieces: number; expected: number } {
  const fastest = mbit(spread(random, 20, 1000));
  const count = 2 + Math.floor(random() * 5);
  const links: LinkPlan[] = [];
  for (let index = 0; index < count; index++) {
    const rate = index === 0 ? fastest : fastest * spread(random, 0.01, 1);
    const roundTrip = spread(random, 0.5, 80);
    links.push({ roundTrip, jitter: (random() * roundTrip) / 2, rates: [{ from: 0, rate }], away: [] });
  }
  const total = links.reduce((sum, { rates }) => sum + (rates[0]?.rate ?? 0), 0);
  const pieces = Math.max(200, Math.ceil((total * seconds * 1000) / MIB));
  return { links, pieces, expected: (pieces * MIB) / total };
}

/** Links that stay as they are. */
export function steadyMix(seed: number): Mix {
  const { links, pieces } = baseMix(seeded(seed), 4);
  return { links, pieces, pieceBytes: MIB };
}

/** Links that change their rate, freeze, break and come back, or come late. The first one stays as it is. */
export function disturbedMix(seed: number): Mix {
  const random = seeded(seed);
  const { links, pieces, expected } = baseMix(random, 10);
  const disturbed = links.map((link, index): LinkPlan => {
    if (index === 0) return link;
    const rate = link.rates[0]?.rate ?? 0;
    const from = expected * random();
    const span = spread(random, 500, 10_000);
    switch (Math.floor(random() * 6)) {
      case 0:
        return { ...link, rates: [...link.rates, { from, rate: rate * spread(random, 0.01, 1) }] };
      case 1:
        return { ...link, rates: [...link.rates, { from, rate: 0 }, { from: from + span, rate }] };
      case 2:
        return { ...link, away: [{ from, to: from + span }] };
      case 3:
        return { ...link, away: [{ from: 0, to: from }] };
      default:
        return link;
    }
  });
  return { links: disturbed, pieces, pieceBytes: MIB };
}
