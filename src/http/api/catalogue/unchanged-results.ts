import { LRUCache } from "lru-cache";

/** Results that are kept, and entries of all of them together: one takes about 100 bytes. */
const MAX_RESULTS = 64;
const MAX_ENTRIES = 20_000;

interface KeptResult<T> {
  readonly state: readonly unknown[];
  readonly found: readonly T[];
}

/** What was found in something that is still as it was then: to go through a large catalogue for each page that is opened takes most of a second. */
export class UnchangedResults<T> {
  private readonly kept = new LRUCache<string, KeptResult<T>>({
    max: MAX_RESULTS,
    maxSize: MAX_ENTRIES,
    // Of nothing there is something to be kept too.
    sizeCalculation: ({ found }) => found.length + 1,
  });

  /** `state`: what it is made of now. */
  constructor(private readonly state: () => readonly unknown[]) {}

  async get(key: string, find: () => Promise<readonly T[]>): Promise<readonly T[]> {
    const state = this.state();
    const known = this.kept.get(key);
    if (known && areSame(known.state, state)) return known.found;
    const found = await find();
    // What has changed while it was looked for may be in it or not.
    if (areSame(this.state(), state)) this.kept.set(key, { state, found });
    else this.kept.delete(key);
    return found;
  }
}

function areSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((part, index) => Object.is(part, other[index]));
}
