/** Numbers from 0 up to 1 that depend on nothing but the seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** What is to happen in a simulation, soonest first: a binary heap. */
export class Agenda {
  private readonly events: Event[] = [];
  private count = 0;

  add(at: number, run: () => void): void {
    this.count += 1;
    const { events } = this;
    let place = events.push({ at, order: this.count, run }) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.before(place, parent)) break;
      this.swap(place, parent);
      place = parent;
    }
  }

  /** What is next, which stays. */
  peek(): Event | undefined {
    return this.events[0];
  }

  next(): Event | undefined {
    const { events } = this;
    const first = events[0];
    const last = events.pop();
    if (!first || !last || events.length === 0) return first;
    events[0] = last;
    for (let place = 0; ; ) {
      let least = place;
      for (const child of [2 * place + 1, 2 * place + 2])
        if (child < events.length && this.before(child, least)) least = child;
      if (least === place) return first;
      this.swap(place, least);
      place = least;
    }
  }

  private before(left: number, right: number): boolean {
    const a = this.events[left] as Event;
    const b = this.events[right] as Event;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  private swap(left: number, right: number): void {
    const { events } = this;
    [events[left], events[right]] = [events[right] as Event, events[left] as Event];
  }
}
