import { closeSync, openSync, writeSync } from "node:fs";
import { systemDisk } from "../../src/platform/disk/system-disk.ts";
import { KernelWriteQueue } from "../../src/platform/linux/aio.ts";
import { aioCalls } from "../../src/platform/linux/aio-calls.ts";
import { alignedBytes } from "../../src/platform/memory.ts";

declare const self: Worker;

/**
 * A program that begins asynchronous writes to a file and ends at once, as its first argument says: the thread that
 * writes, by an error or by itself, or the process. It says in lines on stderr what happens. Run by
 * tests/unit/platform/linux/aio.test.ts.
 */

const [how = "", path = ""] = process.argv.slice(2);
const WRITES = 8;
const BYTES = 4 * 1024 * 1024;

function say(line: string): void {
  writeSync(2, `${line}\n`);
}

/** Writes that nobody waits for. */
async function beginWrites(): Promise<void> {
  const calls = aioCalls();
  const context = calls?.setup(WRITES) ?? null;
  if (!calls || context === null) return say("no asynchronous writes here");
  const destroy = (of: bigint) => {
    calls.destroy(of);
    say("destroyed");
  };
  const queue = new KernelWriteQueue({ ...calls, destroy }, context);
  const file = openSync(path, "r+");
  const fd = (await systemDisk.openDirect(file)) ?? file;
  for (let write = 0; write < WRITES; write++) {
    queue.begin(fd, alignedBytes(BYTES, 4096).fill(7), write * BYTES, () => {});
  }
}

if (Bun.isMainThread) {
  closeSync(openSync(path, "w"));
  if (how === "process") {
    await beginWrites();
    process.exit(0);
  }
  const thread = new Worker(Bun.main, { argv: [how, path] });
  thread.addEventListener("close", () => {
    say("closed");
    process.exit(0);
  });
  thread.addEventListener("message", () => {
    if (how === "process of the thread") process.exit(0);
  });
} else {
  process.on("uncaughtException", () => process.exit(1));
  await beginWrites();
  postMessage("begun");
  if (how === "thread") process.exit(0);
  if (how === "fault") setTimeout(() => JSON.parse("{"), 1);
  // Otherwise it would end by itself.
  self.onmessage = () => {};
}
