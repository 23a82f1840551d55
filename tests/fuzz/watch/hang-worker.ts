import { writeSync } from "node:fs";

/** The other thread of a HangWatch. */

declare const self: Worker;

const LOOK_MS = 1000;
const STDERR = 2;

interface Watched {
  readonly memory: SharedArrayBuffer;
  readonly limit: number;
  readonly countBytes: number;
}

self.onmessage = ({ data: { memory, limit, countBytes } }: MessageEvent<Watched>) => {
  const count = new Int32Array(memory, 0, 1);
  let last = { count: 0, at: performance.now() };
  setInterval(() => {
    const now = Atomics.load(count, 0);
    if (now !== last.count) last = { count: now, at: performance.now() };
    else if (now > 0 && performance.now() - last.at > limit) {
      const name = Buffer.from(new Uint8Array(memory, countBytes)).toString("utf8").replaceAll("\0", "");
      writeSync(STDERR, `FOUND ${name} takes more than ${limit} ms\n`);
      process.kill(process.pid, "SIGKILL");
    }
  }, LOOK_MS);
};
