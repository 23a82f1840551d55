/** What a secondary may have open at once. */
export interface DescriptorShares {
  /** From clients and other secondaries. */
  readonly connections: number;
  /** Files that are being served. */
  readonly served: number;
  /** Small files that are copied over one connection. */
  readonly batchFiles: number;
  /** Large files that are being copied. */
  readonly copies: number;
}

/** Where there is no lack of descriptors. */
export const PLENTY: DescriptorShares = { connections: 10_000, served: 256, batchFiles: 384, copies: 8 };
