import { expect, test } from "bun:test";
import type { ReadReply } from "../../../../src/http/client/backend.ts";
import { type StreamPart, StreamReads } from "../../../../src/http/client/stream-reads.ts";

const CONTENT = Buffer.from("0123456789");

function reading(replies: ReadReply[]) {
  const asked: number[] = [];
  const backend = {
    async read(_reader: number, at: number): Promise<ReadReply> {
      asked.push(at);
      return replies.shift() ?? { kind: "ended", reason: "over" };
    },
  };
  const reads = {
    read: async (_file: object, position: number, length: number) => CONTENT.subarray(position, position + length),
  };
  const part: StreamPart = { reader: 1, fd: 0, end: 10, until: 2, waitingAt: null };
  return { asked, part, reads: new StreamReads(backend, reads) };
}

test("waits only for what is not known to be there, and gives no more than is", async () => {
  const { asked, part, reads } = reading([{ kind: "readable", until: 7 }]);
  const found = [];
  for (const position of [2, 4, 6]) found.push((await reads.read(part, position, 2, () => true))?.toString());
  expect([found, asked, part.waitingAt]).toEqual([["23", "45", "6"], [2], null]);
});

test("fails when nothing comes any more", async () => {
  const { part, reads } = reading([]);
  await expect(reads.read(part, 5, 2, () => true)).rejects.toThrow("over");
  expect(part.waitingAt).toBeNull();
});
