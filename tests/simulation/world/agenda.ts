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

/** To whom something happens: it may come to it later, or never. */
export interface Recipient {
  receive(run: () => void): void;
}

export interface Event {
  readonly at: number;
  readonly order: number;
  /** Null: it was cancelled. */
  run: (() => void) | null;
  /** Null: to nobody in particular. */
  readonly to: Recipient | null;
}

/** What is to happen in a simulation, soonest first: a binary heap. */
export class Agenda {
  private readonly events: Event[] = [];
  private count = 0;

  add(at: number, run: () => void, to: Recipient | null = null): Event {
    this.count += 1;
    const event: Event = { at, order: this.count, run, to };
    const { events } = this;
    let place = events.push(event) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = events[parent] as Event;
      if (!isBefore(event, above)) break;
      events[place] = above;
      place = parent;
    }
    events[place] = event;
    return event;
  }

  /** What is next, which stays. */
  peek(): Event | undefined {
    return this.events[0];
  }

  next(): Event | undefined {
    const { events } = this;
    const first = events[0];
    const last = events.pop();
    if (last && events.length > 0) this.sinkFromTop(last);
    return first;
  }

  /** Puts an event in the place of the first one, and then further down. */
  private sinkFromTop(event: Event): void {
    const { events } = this;
    const { length } = events;
    let place = 0;
    for (let child = 1; child < length; child = 2 * place + 1) {
      let least = events[child] as Event;
      const right = child + 1 < length ? (events[child + 1] as Event) : least;
      if (isBefore(right, least)) {
        least = right;
        child += 1;
      }
      if (!isBefore(least, event)) break;
      events[place] = least;
      place = child;
    }
    events[place] = event;
  }
}

function isBefore(left: Event, right: Event): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}
