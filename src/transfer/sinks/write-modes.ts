/** A piece that nobody has written yet has 0 in the table. */
const BUFFERED = 1;
const DIRECT = 2;

/** A table in which connections of all threads agree on the way of each of `pieces`. */
export function createWriteModes(pieces: number): SharedArrayBuffer {
  return new SharedArrayBuffer(pieces);
}

/**
 * Whether a piece is to be written past the page cache: as the first connection that asked prefers. Two connections may
 * write the same piece at the same time, when it was asked of two sources. When one of them goes past the page cache and
 * the other through it, the kernel cannot tell which bytes count, and the next fsync of the file fails (EIO).
 */
export function agreeOnWriteMode(table: SharedArrayBuffer, piece: number, prefersDirect: boolean): boolean {
  const preferred = prefersDirect ? DIRECT : BUFFERED;
  const earlier = Atomics.compareExchange(new Uint8Array(table), piece, 0, preferred);
  return (earlier || preferred) === DIRECT;
}
