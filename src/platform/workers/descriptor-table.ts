/** What the table has where no file is open. Elsewhere it has one more than the descriptor: 0 is one too. */
const NONE = 0;

/**
 * Open files that one thread opens and another one closes, by place, in memory that both have: a thread that dies loses
 * none. Who drains the table closes them, and nobody else gets it.
 */
export class DescriptorTable {
  private readonly slots: Int32Array;

  constructor(readonly memory: SharedArrayBuffer) {
    this.slots = new Int32Array(memory);
  }

  static of(places: number): DescriptorTable {
    return new DescriptorTable(new SharedArrayBuffer(places * Int32Array.BYTES_PER_ELEMENT));
  }

  put(place: number, fd: number): void {
    Atomics.store(this.slots, place, fd + 1);
  }

  /** Null where none is open. */
  get(place: number): number | null {
    const slot = Atomics.load(this.slots, place);
    return slot === NONE ? null : slot - 1;
  }

  /** Empties it: one after the other, each just before it is to be closed. */
  *drain(): Generator<number> {
    for (let place = 0; place < this.slots.length; place++) {
      const slot = Atomics.exchange(this.slots, place, NONE);
      if (slot !== NONE) yield slot - 1;
    }
  }
}
