import type { Disk } from "../base/disk.ts";
import type { Bitmap } from "../transfer/bitmap.ts";
import type { PartFile } from "../transfer/part-file.ts";
import type { Sink } from "../transfer/sink.ts";
import type { Copies } from "./copies.ts";

/** A part file that others may read from while it grows, and after its end until whoever made it says no more. */
export class TrackingSink implements Sink {
  readonly window = null;
  /** Others read from it soon. */
  readonly direct = null;
  private have: Bitmap | null = null;
  private known: Uint8Array | null;

  constructor(
    private readonly disk: Disk,
    private readonly part: PartFile,
    private readonly id: string,
    private readonly size: number,
    private readonly copies: Copies,
    /** It can be read from. */
    private readonly begun: () => void,
  ) {
    this.known = part.hashes;
  }

  get file(): number {
    return this.part.file;
  }

  get journal(): number {
    return this.part.journal;
  }

  get fresh(): boolean {
    return this.part.fresh;
  }

  get hashes(): Uint8Array | null {
    return this.known;
  }

  attach(): void {}

  async begin(hashes: Uint8Array, zeros: Bitmap): Promise<Bitmap> {
    this.known = hashes;
    const have = await this.part.begin(hashes, zeros);
    this.have = have;
    const fd = await this.disk.open(this.part.path, "read");
    this.copies.add(this.id, { fd, size: this.size, hashes, have });
    this.begun();
    return have;
  }

  position(piece: number): number {
    return this.part.position(piece);
  }

  mark(piece: number): number {
    return this.part.mark(piece);
  }

  arrived(piece: number): void {
    this.have?.add(piece);
  }

  async finish(): Promise<void> {
    await this.part.finish();
  }

  async leave(): Promise<void> {
    await this.part.leave();
  }
}
