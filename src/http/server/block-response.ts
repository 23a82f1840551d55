/** A body that is given block by block. */
export interface Blocks {
  /**
   * Gives the next bytes to `write`; they stay as they are until the next call. False: there are no more. Rejects, or
   * throws, where the rest does not come. Without a promise where nothing was waited for.
   */
  next(write: (bytes: Uint8Array) => void): boolean | Promise<boolean>;
  /** Nobody takes the rest. */
  cancel(): void;
}

/**
 * A response whose blocks can all be in the same memory. In a stream of the web platform each has its own, and of many
 * readers much of that is garbage that nobody has collected yet.
 */
export class BlockResponse extends Response {
  constructor(
    readonly blocks: Blocks,
    init: ResponseInit,
  ) {
    super(null, init);
  }
}
