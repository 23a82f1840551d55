import { expect, test } from "bun:test";
import { FileBody } from "../../../../src/http/files/file-body.ts";

const CONTENT = Uint8Array.from({ length: 100 }, (_, index) => index);

/** The body of bytes 10 to 50, in blocks of 16, which are read when a test lets them be. */
function setUp() {
  const ends: [string, number][] = [];
  const asked: [number, number][] = [];
  let now = 0;
  let gate = Promise.resolve<unknown>(null);
  let fault: Error | null = null;
  const body = new FileBody({
    range: { start: 10, end: 50 },
    now: () => now,
    blockBytes: () => 16,
    async read(position, length, wanted) {
      asked.push([position, length]);
      await gate;
      if (fault) throw fault;
      return wanted() ? CONTENT.slice(position, position + length) : null;
    },
    ended: (end, sent) => ends.push([end, sent]),
  });
  return {
    body,
    ends,
    asked,
    reader: body.stream.getReader(),
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

test("a range is read in blocks, each once the one before is taken", async () => {
  const { reader, asked, ends } = setUp();
  expect(asked).toEqual([]);
  const blocks: number[][] = [];
  for (let block = await reader.read(); !block.done; block = await reader.read()) blocks.push([...block.value]);
  expect(blocks.flat()).toEqual([...CONTENT.slice(10, 50)]);
  expect(asked).toEqual([
    [10, 16],
    [26, 16],
    [42, 8],
  ]);
  expect(ends).toEqual([["complete", 50]]);
});

test("it is not over before its last block is taken", async () => {
  const { reader, ends } = setUp();
  for (let block = 0; block < 3; block++) await reader.read();
  expect(ends).toEqual([]);
  expect((await reader.read()).done).toBeTrue();
  expect(ends).toEqual([["complete", 50]]);
});

test("a reader that goes away ends it, once nothing is read for it any more", async () => {
  const { reader, ends, hold } = setUp();
  await reader.read();
  const release = hold();
  const second = reader.read();
  await Bun.sleep(0);
  await reader.cancel();
  expect(ends).toEqual([]);
  release(null);
  await second;
  await Bun.sleep(0);
  expect(ends).toEqual([["broken-off", 26]]);
});

test("what cannot be read ends the stream with an error, never short", async () => {
  const { reader, ends, fail } = setUp();
  await reader.read();
  fail(new Error("the disk is gone"));
  const failure = await reader.read().then(
    () => "read",
    () => "failed",
  );
  expect([failure, ends]).toEqual(["failed", [["unreadable", 26]]]);
});

test("only its reader is waited for too long, not a disk", async () => {
  const { body, reader, pass, hold } = setUp();
  pass(10);
  expect(body.blockedMs).toBe(10);
  const release = hold();
  const block = reader.read();
  await Bun.sleep(0);
  pass(1000);
  expect(body.blockedMs).toBe(0);
  release(null);
  await block;
  pass(5);
  expect(body.blockedMs).toBe(5);
});

test("it can be cut in the middle, and ends once", async () => {
  const { body, reader, ends } = setUp();
  await reader.read();
  body.cut();
  body.cut();
  const failure = await reader.read().then(
    () => "read",
    () => "failed",
  );
  expect([failure, ends]).toEqual(["failed", [["broken-off", 26]]]);
});
