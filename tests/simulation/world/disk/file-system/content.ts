import { copyOf, takeBytes } from "../../memory.ts";

/** Bytes of a page of the cache, of a block of the disk, and of a sector that is written whole or not at all. */
export const PAGE_BYTES = 4096;

/** Bytes that were written at once. They are never changed, only replaced by others. `start`: where they are in the file. */
export interface Extent {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** What has its room on the disk and was never written: it reads as zeros, and counts as a hole. */
const RESERVED: Extent = { start: 0, bytes: new Uint8Array(0) };
const ZEROS = new Uint8Array(PAGE_BYTES);

/** Pages that hold so many bytes. */
export function pagesFor(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES);
}

/** The bytes of a file. Since they are never changed, a snapshot shares them all. */
export class Content {
  /** Bytes; changed by its own methods alone. */
  size = 0;
  /** Pages that take room on the disk. */
  held = 0;
  /** How often it was changed: whoever has made something of its bytes knows by it whether that still holds. */
  changes = 0;
  /** In what the bytes of each page are; those that a page lacks are zeros. */
  private pages: (Extent | undefined)[] = [];
  /** What `bytes` gives until something changes. */
  private whole: Uint8Array | null = null;

  /** In what the bytes of the page of this number are; undefined in a hole. */
  page(number: number): Extent | undefined {
    return this.pages[number];
  }

  setPage(number: number, extent: Extent | undefined): void {
    this.changed();
    if (this.pages[number] !== undefined) this.held -= 1;
    if (extent !== undefined) this.held += 1;
    this.pages[number] = extent;
  }

  /** Bytes read: fewer than there is room for at the end of the file only. */
  read(position: number, into: Uint8Array): number {
    let count = 0;
    this.eachRun(position, position + into.length, (run) => {
      into.set(run, count);
      count += run.length;
    });
    return count;
  }

  /** All of it. To be read only: it is the same memory each time until the file changes, and may be that of the file. */
  bytes(): Uint8Array {
    this.whole ??= this.slice(0, this.size);
    return this.whole;
  }

  /** So many bytes, fewer at the end of the file only. To be read only: it may be the memory of the file. */
  slice(position: number, length: number): Uint8Array {
    const end = Math.min(this.size, position + length);
    const extent = this.pages[Math.floor(position / PAGE_BYTES)];
    if (extent && this.endOfRun(extent, position, end) === end) return partOf(extent, position, end);
    const bytes = takeBytes(Math.max(0, end - position));
    this.read(position, bytes);
    return bytes;
  }

  /** Gives the bytes up to `end`, in order, as they lie in memory. To be read only. */
  eachRun(position: number, end: number, use: (bytes: Uint8Array) => void): void {
    const last = Math.min(this.size, end);
    for (let at = position; at < last; ) {
      const number = Math.floor(at / PAGE_BYTES);
      const extent = this.pages[number];
      let stop = extent ? this.endOfRun(extent, at, last) : at;
      if (extent && stop > at) use(partOf(extent, at, stop));
      else {
        stop = Math.min(last, (number + 1) * PAGE_BYTES);
        use(ZEROS.subarray(0, stop - at));
      }
      at = stop;
    }
  }

  /** Where, in the file and before `end`, the bytes end that lie in this extent from a position on. */
  private endOfRun(extent: Extent, position: number, end: number): number {
    let next = Math.floor(position / PAGE_BYTES) + 1;
    while (next * PAGE_BYTES < end && this.pages[next] === extent) next += 1;
    return Math.min(end, next * PAGE_BYTES, extent.start + extent.bytes.length);
  }

  /** Pages that have no room yet, and need it for bytes to be written. */
  missing(position: number, length: number): number {
    let missing = 0;
    const end = pagesFor(position + length);
    for (let number = Math.floor(position / PAGE_BYTES); number < end; number++) {
      if (this.pages[number] === undefined) missing += 1;
    }
    return missing;
  }

  /**
   * Copies the bytes once, unless they are `constant`: nobody ever changes them. Returns in what those of the pages are
   * now, from that of the position on.
   */
  write(position: number, bytes: Uint8Array, constant = false): readonly Extent[] {
    if (bytes.length === 0) return [];
    const { pages } = this;
    const end = position + bytes.length;
    const [first, next] = [Math.floor(position / PAGE_BYTES), pagesFor(end)];
    const written = { start: position, bytes: constant ? bytes : copyOf(bytes) };
    const head = overlaid(pages[first], first, written);
    const tail = next - 1 === first ? head : overlaid(pages[next - 1], next - 1, written);
    for (let number = first; number < next; number++) {
      if (pages[number] === undefined) this.held += 1;
      pages[number] = written;
    }
    pages[first] = head;
    pages[next - 1] = tail;
    this.changed();
    this.extend(end);
    return pages.slice(first, next) as Extent[];
  }

  /** It is at least so long from now on. */
  extend(size: number): void {
    if (size <= this.size) return;
    this.size = size;
    this.changed();
  }

  resize(size: number): void {
    this.changed();
    const end = pagesFor(size);
    if (size < this.size) {
      for (let number = end; number < this.pages.length; number++) {
        if (this.pages[number] !== undefined) this.held -= 1;
      }
      if (this.pages.length > end) this.pages.length = end;
      const last = this.pages[end - 1];
      const start = (end - 1) * PAGE_BYTES;
      if (last && endIn(last, end - 1) > size) this.pages[end - 1] = { start, bytes: partOf(last, start, size) };
    }
    this.size = size;
  }

  /** Makes bytes read as zeros; whole pages give their room back. */
  punch(position: number, length: number): void {
    const last = pagesFor(this.size) * PAGE_BYTES;
    const end = position + length > this.size ? last : position + length;
    for (let at = position; at < end; ) {
      const number = Math.floor(at / PAGE_BYTES);
      const start = number * PAGE_BYTES;
      const stop = Math.min(end, start + PAGE_BYTES);
      const page = this.pages[number];
      if (page) {
        if (at === start && stop === start + PAGE_BYTES) this.setPage(number, undefined);
        else if (page !== RESERVED)
          this.setPage(number, overlaid(page, number, { start: at, bytes: ZEROS.subarray(0, stop - at) }));
      }
      at = stop;
    }
  }

  /** Takes room for bytes within the size that have none. */
  reserve(position: number, length: number): void {
    const end = pagesFor(Math.min(this.size, position + length));
    for (let number = Math.floor(position / PAGE_BYTES); number < end; number++) {
      if (this.pages[number] === undefined) this.setPage(number, RESERVED);
    }
  }

  /** Where the first byte is, from a position on, that is in a hole, or in none; the size where there is no such one. */
  next(kind: "hole" | "data", position: number): number {
    for (let at = position; at < this.size; at = (Math.floor(at / PAGE_BYTES) + 1) * PAGE_BYTES) {
      const page = this.pages[Math.floor(at / PAGE_BYTES)];
      const isHole = page === undefined || page === RESERVED;
      if (isHole === (kind === "hole")) return at;
    }
    return this.size;
  }

  snapshot(): Content {
    const copy = new Content();
    copy.assign(this);
    return copy;
  }

  /** Becomes the same as another one. */
  assign(other: Content): void {
    this.changed();
    this.size = other.size;
    this.held = other.held;
    this.whole = other.whole;
    this.pages = other.pages.slice();
  }

  private changed(): void {
    this.changes += 1;
    this.whole = null;
  }
}

/** Where in the file the bytes end that an extent has of a page. */
function endIn({ start, bytes }: Extent, number: number): number {
  return Math.min(start + bytes.length, (number + 1) * PAGE_BYTES);
}

/** The bytes from one place of the file up to another. */
function partOf({ start, bytes }: Extent, from: number, to: number): Uint8Array {
  return from === start && to === start + bytes.length ? bytes : bytes.subarray(from - start, to - start);
}

/** A page where some bytes are in the place of what was there. */
function overlaid(before: Extent | undefined, number: number, written: Extent): Extent {
  const start = number * PAGE_BYTES;
  const from = Math.max(start, written.start);
  const to = endIn(written, number);
  const end = before ? Math.max(start, endIn(before, number)) : start;
  if (from === start && end <= to) return written;
  const bytes = new Uint8Array(Math.max(end, to) - start);
  if (before && end > start) bytes.set(partOf(before, start, end));
  bytes.set(partOf(written, from, to), from - start);
  return { start, bytes };
}
