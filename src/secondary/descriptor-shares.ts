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
  /** Files that are being sent over HTTP, to one reader each. */
  readonly httpDownloads: number;
  /** Different versions among them, which are among the files that are being served. */
  readonly httpFiles: number;
}

/** Where there is no lack of descriptors. */
export const AMPLE_SHARES: DescriptorShares = {
  connections: 10_000,
  openFiles: 256,
  batchFiles: 384,
  largeCopies: 8,
  httpDownloads: 1000,
  httpFiles: 128,
};
