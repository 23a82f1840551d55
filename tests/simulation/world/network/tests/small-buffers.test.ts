import { expect, test } from "bun:test";
import { TwoHosts } from "./support.ts";

/** A fifth of the largest file of a plan, in bytes, and of the minute in which it comes, in milliseconds. */
const BYTES = 1024 * 1024;
const LIMIT_MS = 12_000;
/** Enough for links across an ocean with buffers that are far too small. */
const SEEDS = 400;

/** Milliseconds from when both ends are connected until all bytes have come from near to far. */
function transferMs(seed: number): number {
  const hosts = new TwoHosts(seed);
  const { sim } = hosts;
  const bytes = new Uint8Array(BYTES);
  let acceptedAt = 0;
  let written = 0;
  let received = 0;
  let lastAt = Number.POSITIVE_INFINITY;
  const { port } = hosts.farPort.listen({ host: "far", port: 0 }, () => {
    acceptedAt = sim.now;
    return {
      data(part) {
        received += part.length;
        if (received === BYTES) lastAt = sim.now;
      },
      drained() {},
      closed() {},
    };
  });
  void hosts.nearPort.connect(
    { host: "far", port },
    (socket) => {
      const write = () => {
        written += socket.write(bytes.subarray(written));
      };
      write();
      return { data() {}, drained: write, closed() {} };
    },
    { role: "central" },
  );
  hosts.pass(2_000_000);
  return lastAt - acceptedAt;
}

test("a connection with small buffers carries the largest file in a minute where nothing is wrong", () => {
  const slow: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const ms = transferMs(seed);
    if (ms > LIMIT_MS) slow.push(`seed ${seed}: ${Math.round(ms)} ms`);
  }
  expect(slow).toEqual([]);
});
