/** Which bytes of a file somebody has had: ranges in order, apart from each other. Sans-I/O. */
export class Coverage {
  private ranges: { readonly start: number; readonly end: number }[] = [];

  /** Adds the bytes from `start` up to, but not including, `end`. */
  add(start: number, end: number): void {
    if (start >= end) return;
    const apart = this.ranges.filter((range) => range.end < start || range.start > end);
    const touching = this.ranges.filter((range) => range.end >= start && range.start <= end);
    const merged = {
      start: Math.min(start, ...touching.map((range) => range.start)),
      end: Math.max(end, ...touching.map((range) => range.end)),
    };
    this.ranges = [...apart, merged].sort((left, right) => left.start - right.start);
  }

  /** Whether it is all of a file of so many bytes. */
  covers(size: number): boolean {
    const [first] = this.ranges;
    return size === 0 || (first !== undefined && first.start === 0 && first.end >= size);
  }
}
