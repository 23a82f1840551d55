import { expect, test } from "bun:test";
import type { Blocks } from "../../../../src/http/server/block-response.ts";
import { BlockSender } from "../../../../src/http/server/block-sender.ts";

/** What takes blocks: `takes` says whether at once. */
class FakeOutlet {
  isClosed = false;
  isFull = false;
  readonly written: number[] = [];
  taken: () => void = () => {};

  constructor(private readonly takes: boolean) {}

  write([byte = 0]: Uint8Array): void {
    this.written.push(byte);
    this.isFull = true;
    if (this.takes) this.take();
  }

  take(): void {
    this.isFull = false;
    this.taken();
  }
}

/** Blocks of one byte; of each it is said whether it comes later. Behind the last one is `end`. */
function blocksOf(later: readonly boolean[], end: () => boolean = () => false): Blocks {
  let next = 0;
  return {
    next(write) {
      const isLater = later[next];
      if (isLater === undefined) return end();
      next += 1;
      const bytes = new Uint8Array([next]);
      if (!isLater) {
        write(bytes);
        return true;
      }
      return Bun.sleep(0).then(() => {
        write(bytes);
        return true;
      });
    },
    cancel() {},
  };
}

function sending(blocks: Blocks, takes: boolean) {
  const outlet = new FakeOutlet(takes);
  const sender = new BlockSender(blocks, outlet);
  outlet.taken = () => sender.goOn();
  return { outlet, sent: sender.send() };
}

test("blocks are written in their order, those that are there and those that come later", async () => {
  const { outlet, sent } = sending(blocksOf([false, true, true, false, false, true]), true);
  await sent;
  expect(outlet.written).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a block is asked for when the one before is taken, and not twice", async () => {
  const { outlet, sent } = sending(blocksOf([false, true, false]), false);
  expect(outlet.written).toEqual([1]);
  await Bun.sleep(0);
  expect(outlet.written).toEqual([1]);
  outlet.take();
  // It is on its way, and whoever is asked again has nothing else.
  outlet.taken();
  await Bun.sleep(1);
  expect(outlet.written).toEqual([1, 2]);
  outlet.take();
  expect(outlet.written).toEqual([1, 2, 3]);
  outlet.take();
  await sent;
  expect(outlet.written).toEqual([1, 2, 3]);
});

test("a great many blocks that are taken at once need no deeper stack than one", async () => {
  const { outlet, sent } = sending(blocksOf(Array(200_000).fill(false)), true);
  await sent;
  expect(outlet.written).toHaveLength(200_000);
});

test.each([false, true])(
  "nothing is asked for once nobody takes anything; the next block comes later: %p",
  async (isLater) => {
    const { outlet, sent } = sending(blocksOf([false, isLater, false]), false);
    outlet.isClosed = true;
    outlet.taken();
    await sent;
    expect(outlet.written).toEqual([1]);
  },
);

test("what does not come is told, be it at once or later", async () => {
  const thrown = sending(
    blocksOf([false], () => {
      throw new Error("the rest of the body does not come");
    }),
    true,
  );
  await expect(thrown.sent).rejects.toThrow("does not come");
  const blocks: Blocks = { next: () => Promise.reject(new Error("the body is over")), cancel() {} };
  await expect(sending(blocks, true).sent).rejects.toThrow("is over");
});
