/** How far something is: bytes, and bytes for each second. `total` is null while it is not known. */
export interface TransferredAmount {
  readonly done: number;
  readonly total: number | null;
  readonly rate: number;
}

/** How far several files are together, of all that run or wait. */
export interface TransfersTotal extends TransferredAmount {
  readonly filesLeft: number;
}

/** What a queue has on its way. */
export interface QueuedTransfers {
  /** How far each is that is shown. */
  readonly items: readonly TransferredAmount[];
  /** How many run or wait, those included that are not shown. */
  readonly count: number;
  /** Bytes of what has ended since nothing was under way. */
  readonly endedBytes: number;
}

/** How far the files of these queues are together; null where one alone says it all. */
export function transfersTotal(queues: readonly QueuedTransfers[]): TransfersTotal | null {
  const items = queues.flatMap(({ items }) => items);
  const sum = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);
  const count = sum(queues.map((queue) => queue.count));
  const endedBytes = sum(queues.map((queue) => (queue.count > 0 ? queue.endedBytes : 0)));
  if (items.length === 0 || (items.length === 1 && endedBytes === 0)) return null;
  const totals = items.flatMap(({ total }) => (total === null ? [] : [total]));
  return {
    done: endedBytes + sum(items.map(({ done }) => done)),
    total: totals.length === count ? endedBytes + sum(totals) : null,
    rate: sum(items.map(({ rate }) => rate)),
    filesLeft: count,
  };
}
