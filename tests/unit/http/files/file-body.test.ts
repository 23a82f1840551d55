import { expect, test } from "bun:test";
import { FileBody } from "../../../../src/http/files/file-body.ts";
import { type Allowance, UNLIMITED } from "../../../../src/platform/pacing/allowance.ts";

const CONTENT = Uint8Array.from({ length: 100 }, (_, index) => index);

/** The body of bytes 10 to 50, in blocks of 16, which are read when a test lets them be. */
function setUp(allowance: Allowance = UNLIMITED) {
  const ends: [string, number][] = [];
  const asked: [number, number][] = [];
  let now = 0;
  let passedOn = 0;
  let cached = false;
  let gate = Promise.resolve<unknown>(null);
  let fault: Error | null = null;
  const body = new FileBody({
    range: { start: 10, end: 50 },
    allowance,
    now: () => now,
    blockBytes: () => 16,
    passedOn: (bytes) => {
      passedOn += bytes;
    },
    readNow(position, length, reader) {
      if (!cached) return false;
      asked.push([position, length]);
      if (fault) throw fault;
      reader.filled(CONTENT.subarray(position, position + length));
      return true;
    },
    async read(position, length, reader) {
      asked.push([position, length]);
      await gate;
      if (fault) throw fault;
      if (reader.wanted) reader.filled(CONTENT.subarray(position, position + length));
    },
    ended: (end, sent) => ends.push([end, sent]),
  });
  return {
    body,
    ends,
    asked,
    passedOn: () => passedOn,
    /** From now on it is all in memory. */
    cache: () => {
      cached = true;
    },
    /** The next block; null after the last. */
    async read(): Promise<number[] | null> {
      let block: number[] = [];
      const more = await body.next((bytes) => {
        block = [...bytes];
      });
      return more ? block : null;
    },
    pass: (ms: number) => {
      now += ms;
    },
    hold: () => {
      const { promise, resolve } = Promise.withResolvers();
      gate = promise;
      return resolve;
    },
    fail: (error: Error) => {
      fault = error;
    },
  };
}

const outcome = (read: Promise<unknown>) =>
  read.then(
    () => "read",
    () => "failed",
  );

test("a range is read in blocks, each once the one before is taken", async () => {
  const { read, asked, ends } = setUp();
  expect(asked).toEqual([]);
  const blocks: number[][] = [];
  for (let block = await read(); block; block = await read()) blocks.push(block);
  expect(blocks.flat()).toEqual([...CONTENT.slice(10, 50)]);
  expect(asked).toEqual([
    [10, 16],
    [26, 16],
    [42, 8],
  ]);
  expect(ends).toEqual([["complete", 50]]);
});

test("it is not over before its last block is taken", async () => {
  const { read, ends } = setUp();
  for (let block = 0; block < 3; block++) await read();
  expect(ends).toEqual([]);
  expect(await read()).toBeNull();
  expect(ends).toEqual([["complete", 50]]);
});

test("a reader that goes away ends it, once nothing is read for it any more", async () => {
  const { body, read, ends, hold } = setUp();
  await read();
  const release = hold();
  const second = outcome(read());
  await Bun.sleep(0);
  body.cancel();
  expect(ends).toEqual([]);
  release(null);
  expect(await second).toBe("failed");
  expect(ends).toEqual([["broken-off", 26]]);
});

test("what cannot be read ends it with an error, never short", async () => {
  const { read, ends, fail } = setUp();
  await read();
  fail(new Error("the disk is gone"));
  expect(await outcome(read())).toBe("failed");
  expect(ends).toEqual([["unreadable", 26]]);
});

test("what is in memory is given without a promise, until it cannot be read", async () => {
  const { body, ends, cache, fail } = setUp();
  cache();
  const blocks: number[] = [];
  const write = (bytes: Uint8Array) => void blocks.push(bytes.length);
  expect([body.next(write), body.next(write), blocks]).toEqual([true, true, [16, 16]]);
  fail(new Error("the disk is gone"));
  expect(() => body.next(write)).toThrow("the rest of the body does not come");
  expect(ends).toEqual([["unreadable", 42]]);
});

test("only its reader is waited for too long, not a disk", async () => {
  const { body, read, pass, hold } = setUp();
  pass(10);
  expect(body.blockedMs).toBe(10);
  const release = hold();
  const block = read();
  await Bun.sleep(0);
  pass(1000);
  expect(body.blockedMs).toBe(0);
  release(null);
  await block;
  pass(5);
  expect(body.blockedMs).toBe(5);
});

test("it can be cut in the middle, and ends once", async () => {
  const { body, read, ends } = setUp();
  await read();
  body.cancel();
  body.cancel();
  expect(await outcome(read())).toBe("failed");
  expect(ends).toEqual([["broken-off", 26]]);
});

/** Bytes that pass when a test lets them, in blocks of `quantum`. */
function gate(quantum: number) {
  const waiting: (() => void)[] = [];
  const allowance: Allowance = {
    quantum,
    consume: () => (run) => {
      waiting.push(run);
      return () => void waiting.splice(waiting.indexOf(run), 1);
    },
  };
  return { allowance, waiting, open: () => waiting.shift()?.() };
}

test("under a limit nothing is read before it may be sent, and then in blocks of its size", async () => {
  const { allowance, open } = gate(10);
  const { read, asked, body, pass, ends } = setUp(allowance);
  for (const position of [10, 20, 30, 40]) {
    const block = read();
    await Bun.sleep(0);
    pass(1_000_000);
    // The reader is not to blame.
    expect([body.blockedMs, asked.length]).toEqual([0, (position - 10) / 10]);
    open();
    expect(await block).toEqual([...CONTENT.slice(position, position + 10)]);
  }
  expect(await read()).toBeNull();
  expect(ends).toEqual([["complete", 50]]);
});

test("a reader that goes away while it waits for its turn is not waited for, and nothing is read for it", async () => {
  const { allowance, waiting } = gate(10);
  const { read, asked, body, ends } = setUp(allowance);
  const block = outcome(read());
  await Bun.sleep(0);
  body.cancel();
  expect(await block).toBe("failed");
  expect([ends, asked, waiting]).toEqual([[["broken-off", 10]], [], []]);
});
