import type { Blocks } from "./block-response.ts";
import type { ResponseOutlet } from "./response-outlet.ts";

/**
 * Writes one block after the other, each when the one before is taken, which can be written over then: until then the runtime
 * may still read it. Of many readers a promise for each block would be much garbage.
 */
export class BlockSender {
  private readonly over = Promise.withResolvers<void>();
  private isSending = false;
  private readonly write = (bytes: Uint8Array) => this.outlet.write(bytes);

  constructor(
    private readonly blocks: Blocks,
    private readonly outlet: Pick<ResponseOutlet, "isClosed" | "isFull" | "write">,
  ) {}

  /** To be called once. Resolves when all is written, or the outlet is closed. Rejects where the rest does not come. */
  send(): Promise<void> {
    this.goOn();
    return this.over.promise;
  }

  /** The outlet is not full any more, or closed. */
  goOn(): void {
    // It may have taken a block before its writing has returned.
    if (this.isSending) return;
    this.isSending = true;
    try {
      while (!this.outlet.isClosed && !this.outlet.isFull) {
        const next = this.blocks.next(this.write);
        if (next === false) return this.over.resolve();
        if (next !== true) return this.wait(next);
      }
      this.isSending = false;
      if (this.outlet.isClosed) this.over.resolve();
    } catch (error) {
      this.over.reject(error);
    }
  }

  private wait(next: Promise<boolean>): void {
    next.then((isMore) => {
      this.isSending = false;
      if (isMore) this.goOn();
      else this.over.resolve();
    }, this.over.reject);
  }
}
