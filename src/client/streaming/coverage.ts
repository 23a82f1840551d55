/** Which bytes of a file somebody has had: ranges apart from each other. Sans-I/O. */
export class Coverage {
  private ranges: { readonly start: number; readonly end: number }[] = [];

  /** Adds the bytes from `start` up to, but not including, `end`. */
  add(start: number, end: number): void {
    const apart = this.ranges.filter((range) => range.end < start || range.start > end);
    const touching = this.ranges.filter((range) => !apart.includes(range));
    const merged = {
      start: Math.min(start, ...touching.map((range) => range.start)),
      end: Math.max(end, ...touching.map((range) => range.end)),
    };
    this.ranges = [...apart, merged];
  }

  /** Whether it is all of a file of so many bytes. */
  covers(size: number): boolean {
    return size === 0 || this.ranges.some(({ start, end }) => start === 0 && end === size);
  }
}
