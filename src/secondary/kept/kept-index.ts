import type { KeptFile } from "../../protocol/messages/kept.ts";

/** The kept files, in memory. */
export class KeptIndex {
  /** By serial number, the oldest first. */
  private readonly files = new Map<number, KeptFile>();
  /** The newest kept file of each version. */
  private readonly byId = new Map<string, number>();
  private sum = 0;

  get count(): number {
    return this.files.size;
  }

  /** Bytes of all kept files. */
  get bytes(): number {
    return this.sum;
  }

  /** A file with a higher serial number than all others. */
  add(file: KeptFile): void {
    this.files.set(file.serial, file);
    this.byId.set(file.id, file.serial);
    this.sum += file.size;
  }

  /** False when the file is not here. */
  delete({ serial, id, size }: KeptFile): boolean {
    if (!this.files.delete(serial)) return false;
    this.sum -= size;
    if (this.byId.get(id) === serial) this.byId.delete(id);
    return true;
  }

  /** The oldest first. Files may be deleted while this goes on. */
  oldest(): Iterable<KeptFile> {
    return this.files.values();
  }

  /** At most `limit` files whose serial number is below `before` (null for all), the newest first. */
  newest(before: number | null, limit: number, matches: (file: KeptFile) => boolean): KeptFile[] {
    const found: KeptFile[] = [];
    for (const file of [...this.files.values()].reverse()) {
      if (found.length === limit) break;
      if ((before === null || file.serial < before) && matches(file)) found.push(file);
    }
    return found;
  }

  /** A kept file of a version. */
  ofVersion(id: string): KeptFile | null {
    const serial = this.byId.get(id);
    return serial === undefined ? null : (this.files.get(serial) ?? null);
  }

  /** Names that begin with `prefix`, each once, in order; at most `limit`. */
  names(prefix: string, limit: number): string[] {
    const names = new Set<string>();
    for (const { name } of this.files.values()) if (name.startsWith(prefix)) names.add(name);
    return [...names].sort().slice(0, limit);
  }
}
