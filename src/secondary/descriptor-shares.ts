/** What a secondary may have open at once. */
export interface DescriptorShares {
  /** From clients and other secondaries. */
  readonly connections: number;
  /** Files that are being served. */
  readonly openFiles: number;
  /** Small files that are copied over one connection. */
  readonly batchFiles: number;
  /** Large files that are being copied. */
  readonly largeCopies: number;
}

/** Where there is no lack of descriptors. */
export const AMPLE_SHARES: DescriptorShares = { connections: 10_000, openFiles: 256, batchFiles: 384, largeCopies: 8 };
