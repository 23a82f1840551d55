import { expect, test } from "bun:test";
import { type QueuedTransfers, transfersTotal } from "../../../../src/client/batch/transfers-total.ts";

const NOTHING: QueuedTransfers = { items: [], count: 0, endedBytes: 0 };

function queue(
  items: [done: number, total: number | null, rate: number][],
  endedBytes = 0,
  hidden = 0,
): QueuedTransfers {
  return {
    items: items.map(([done, total, rate]) => ({ done, total, rate })),
    count: items.length + hidden,
    endedBytes,
  };
}

test("one alone says it all, unless others have ended before it", () => {
  expect(transfersTotal([NOTHING, NOTHING])).toBeNull();
  expect(transfersTotal([queue([[1, 10, 2]]), NOTHING])).toBeNull();
  expect(transfersTotal([NOTHING, queue([[1, 10, 2]], 90)])).toEqual({ done: 91, total: 100, rate: 2, filesLeft: 1 });
});

test("downloads and uploads are told together", () => {
  const both = [queue([[1, 10, 2]]), queue([[5, 20, 3]])];
  expect(transfersTotal(both)).toEqual({ done: 6, total: 30, rate: 5, filesLeft: 2 });
});

test("what a queue has ended counts only while more of it is under way", () => {
  const both = [
    queue([], 500),
    queue(
      [
        [5, 20, 3],
        [0, 20, 0],
      ],
      60,
    ),
  ];
  expect(transfersTotal(both)).toEqual({ done: 65, total: 100, rate: 3, filesLeft: 2 });
});

test("the bytes of all are not known while those of one are not, shown or hidden", () => {
  expect(
    transfersTotal([
      queue([
        [1, 10, 2],
        [0, null, 0],
      ]),
    ]),
  ).toMatchObject({ done: 1, total: null, filesLeft: 2 });
  expect(
    transfersTotal([
      queue(
        [
          [1, 10, 2],
          [0, 5, 0],
        ],
        0,
        7,
      ),
    ]),
  ).toMatchObject({ total: null, filesLeft: 9 });
});
