import { LRUCache } from "lru-cache";
import type { ByteRange } from "../../http/files/byte-range.ts";

/** Downloads that are remembered while parts of them are missing. */
const MAX_DOWNLOADS = 1000;
/** Parts of one download that have gaps between them: with more the first is forgotten, and the download does not count. */
const MAX_PARTS = 100;

/**
 * Knows when somebody has got all of a version. Programs take files in parts: one after the other where a download was
 * resumed, several at once, or as a player jumps.
 */
export class FinishedDownloads {
  private readonly parts = new LRUCache<string, readonly ByteRange[]>({ max: MAX_DOWNLOADS });

  /** A part was sent. Says whether the whole was by that; the next part begins another download. */
  sent(host: string, { id, size }: { readonly id: string; readonly size: number }, part: ByteRange): boolean {
    const key = `${host} ${id}`;
    const parts = withPart(this.parts.get(key) ?? [], part);
    const [first] = parts;
    if (first && first.start === 0 && first.end >= size) {
      this.parts.delete(key);
      return true;
    }
    this.parts.set(key, parts);
    return false;
  }
}

/** Parts in order, with gaps between them, and one more. */
function withPart(parts: readonly ByteRange[], part: ByteRange): ByteRange[] {
  let { start, end } = part;
  const apart: ByteRange[] = [];
  for (const other of parts) {
    if (other.end < start || other.start > end) {
      apart.push(other);
      continue;
    }
    start = Math.min(start, other.start);
    end = Math.max(end, other.end);
  }
  return [...apart, { start, end }].sort((left, right) => left.start - right.start).slice(-MAX_PARTS);
}
