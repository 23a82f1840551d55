/** Bytes of a page of the cache, of a block of the disk, and of a sector that is written whole or not at all. */
export const PAGE_BYTES = 4096;

/** Bytes from the beginning of a page; those that it lacks are zeros. It is never changed, only replaced by another one. */
export type Page = Uint8Array;

/** A page that has its room on the disk and was never written: it reads as zeros, and counts as a hole. */
const RESERVED: Page = new Uint8Array(0);

/** Pages that hold so many bytes. */
export function pagesFor(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES);
}

/** The bytes of a file. Since pages are never changed, a snapshot shares them all. */
export class Content {
  /** Bytes; changed by its own methods alone. */
  size = 0;
  /** Pages that take room on the disk. */
  held = 0;
  /** How often it was changed: whoever has made something of its bytes knows by it whether that still holds. */
  changes = 0;
  private pages: (Page | undefined)[] = [];
  /** What `bytes` gives until something changes. */
  private whole: Uint8Array | null = null;

  /** The page of this number; undefined in a hole. */
  page(number: number): Page | undefined {
    return this.pages[number];
  }

  setPage(number: number, page: Page | undefined): void {
    this.changed();
    if (this.pages[number] !== undefined) this.held -= 1;
    if (page !== undefined) this.held += 1;
    this.pages[number] = page;
  }

  /** Bytes read: fewer than there is room for at the end of the file only. */
  read(position: number, into: Uint8Array): number {
    const end = Math.min(this.size, position + into.length);
    for (let at = position; at < end; ) {
      const number = Math.floor(at / PAGE_BYTES);
      const start = number * PAGE_BYTES;
      const page = this.pages[number];
      const filled = page ? Math.min(end, this.endOfRun(number, page)) : at;
      if (page && filled > at) {
        into.set(new Uint8Array(page.buffer, page.byteOffset + at - start, filled - at), at - position);
        at = filled;
        continue;
      }
      const stop = Math.min(end, start + PAGE_BYTES);
      into.fill(0, at - position, stop - position);
      at = stop;
    }
    return Math.max(0, end - position);
  }

  /** All of it. To be read only: it is the same memory each time until the file changes, and may be that of the file. */
  bytes(): Uint8Array {
    this.whole ??= this.wholeInMemory() ?? this.copied();
    return this.whole;
  }

  /** The whole file where its pages lie one after the other in memory, as one write leaves them. */
  private wholeInMemory(): Uint8Array | null {
    const first = this.pages[0];
    if (!first || this.endOfRun(0, first) < this.size) return null;
    return new Uint8Array(first.buffer, first.byteOffset, this.size);
  }

  private copied(): Uint8Array {
    const bytes = new Uint8Array(this.size);
    this.read(0, bytes);
    return bytes;
  }

  /** Where, in the file, the bytes end that lie one after the other in memory from a page's beginning on. */
  private endOfRun(number: number, page: Page): number {
    let next = number + 1;
    for (let last = page; last.length === PAGE_BYTES; next++) {
      const following = this.pages[next];
      const place = page.byteOffset + (next - number) * PAGE_BYTES;
      if (!following || following.buffer !== page.buffer || following.byteOffset !== place) break;
      last = following;
    }
    const last = this.pages[next - 1] ?? page;
    return (next - 1) * PAGE_BYTES + last.length;
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

  /** Copies the bytes once; returns the new pages, the first of which is that of the position. */
  write(position: number, bytes: Uint8Array): readonly Page[] {
    const copy = new Uint8Array(bytes);
    const end = position + copy.length;
    const fresh: Page[] = [];
    for (let at = position; at < end; ) {
      const number = Math.floor(at / PAGE_BYTES);
      const start = number * PAGE_BYTES;
      const stop = Math.min(end, start + PAGE_BYTES);
      const part = copy.subarray(at - position, stop - position);
      const page = overlaid(this.pages[number], part, at - start);
      this.setPage(number, page);
      fresh.push(page);
      at = stop;
    }
    if (copy.length > 0) this.extend(end);
    return fresh;
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
      const used = size - (end - 1) * PAGE_BYTES;
      if (last && last.length > used) this.pages[end - 1] = last.subarray(0, used);
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
        else if (page !== RESERVED) this.setPage(number, overlaid(page, new Uint8Array(stop - at), at - start));
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

/** A page with some bytes in the place of what was there. */
function overlaid(page: Page | undefined, part: Uint8Array, from: number): Page {
  if (from === 0 && (page === undefined || page.length <= part.length)) return part;
  const merged = new Uint8Array(Math.max(page?.length ?? 0, from + part.length));
  if (page) merged.set(page);
  merged.set(part, from);
  return merged;
}
