import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { KernelWriteQueue } from "../../../../src/platform/linux/aio.ts";
import type { AioCalls } from "../../../../src/platform/linux/aio-calls.ts";
import { temporaryFolder } from "../../../support/folder.ts";

test("when the system does not tell what became of writes, none of them counts, and there are no more", () => {
  const destroyed: bigint[] = [];
  const calls: AioCalls = {
    setup: () => null,
    submit: () => true,
    getEvents: () => null,
    destroy: (context: bigint) => void destroyed.push(context),
  };
  const queue = new KernelWriteQueue(calls, 7n);
  const writeResults: boolean[] = [];
  for (let write = 0; write < 3; write++) {
    expect(queue.begin(1, new Uint8Array(4096), 0, (written) => writeResults.push(written))).toBe(true);
  }
  queue.reap(true);
  expect(writeResults).toEqual([false, false, false]);
  expect(destroyed).toEqual([7n]);
  expect(queue.pending).toBe(0);
  expect(queue.begin(1, new Uint8Array(4096), 0, () => {})).toBe(false);
});

/** Runs tests/support/ending-writer.ts; gives what it says and whether its writes were whole when it had ended. */
async function endOf(how: string) {
  const file = path.join(temporaryFolder(), "written");
  const script = path.join(import.meta.dir, "../../../support/ending-writer.ts");
  const child = Bun.spawn([process.execPath, script, how, file], { stdio: ["ignore", "ignore", "pipe"] });
  const [text] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  const bytes = fs.readFileSync(file);
  const whole = bytes.length === 8 * 4 * 1024 * 1024 && bytes.equals(Buffer.alloc(bytes.length, 7));
  return { said: text.trim().split("\n"), whole };
}

test.each([
  ["thread", ["destroyed", "closed"]],
  ["fault", ["destroyed", "closed"]],
  ["process", ["destroyed"]],
])("a %s that ends waits for its writes before its memory is freed", async (how, said) => {
  expect(await endOf(how)).toEqual({ said, whole: true });
});

test("the kernel waits for the writes of the other threads of a process that ends", async () => {
  expect((await endOf("process of the thread")).whole).toBe(true);
});
