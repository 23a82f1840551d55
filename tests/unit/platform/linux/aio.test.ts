import { expect, test } from "bun:test";
import { KernelWriteQueue } from "../../../../src/platform/linux/aio.ts";
import { type Libc, libc } from "../../../../src/platform/linux/libc.ts";

test("when the system does not tell what became of writes, none of them counts, and there are no more", () => {
  const destroyed: bigint[] = [];
  const system = {
    ioSubmit: () => true,
    ioEvents: () => null,
    ioDestroy: (context: bigint) => void destroyed.push(context),
  };
  const queue = new KernelWriteQueue({ ...(libc() as Libc), ...system }, 7n);
  const told: boolean[] = [];
  for (let write = 0; write < 3; write++) {
    expect(queue.begin(1, new Uint8Array(4096), 0, (written) => told.push(written))).toBe(true);
  }
  queue.reap(true);
  expect(told).toEqual([false, false, false]);
  expect(destroyed).toEqual([7n]);
  expect(queue.pending).toBe(0);
  expect(queue.begin(1, new Uint8Array(4096), 0, () => {})).toBe(false);
});
