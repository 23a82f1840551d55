/** One source of a simulated download. Times in milliseconds, rates in bytes for each millisecond. */
export interface LinkPlan {
  readonly roundTrip: number;
  /** Most milliseconds that a chunk comes late, at random. */
  readonly jitter: number;
  /** From when it delivers how fast, in order of time; 0: it is connected and sends nothing. */
  readonly rates: readonly { readonly from: number; readonly rate: number }[];
  /** When it is not connected. It comes back at the end of each span. */
  readonly away: readonly { readonly from: number; readonly to: number }[];
  /** Pieces that it has at first, and how many milliseconds it takes to get each further one; absent: all. */
  readonly partial?: { readonly first: number; readonly every: number };
}

export function rateAt(plan: LinkPlan, now: number): number {
  return plan.rates.findLast(({ from }) => from <= now)?.rate ?? 0;
}

export function isAway(plan: LinkPlan, now: number): boolean {
  return plan.away.some(({ from, to }) => from <= now && now < to);
}

/** When the links have delivered the file if each delivers all it can from one round trip after its connection. */
export function idealTime(size: number, links: readonly LinkPlan[]): number {
  const moments = new Set([0]);
  for (const { rates, away, roundTrip } of links) {
    for (const { from } of rates) moments.add(from);
    for (const { from, to } of away) moments.add(from).add(to + roundTrip);
    moments.add(roundTrip);
  }
  const times = [...moments].filter(Number.isFinite).sort((left, right) => left - right);
  let left = size;
  for (const [index, start] of times.entries()) {
    const end = times[index + 1] ?? Number.POSITIVE_INFINITY;
    let rate = 0;
    for (const link of links) {
      const ready = start >= link.roundTrip && !isAway(link, start) && !isAway(link, start - link.roundTrip);
      if (ready) rate += rateAt(link, start);
    }
    if (rate * (end - start) >= left) return start + left / rate;
    left -= rate * (end - start);
  }
  return Number.POSITIVE_INFINITY;
}
