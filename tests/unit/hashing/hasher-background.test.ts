import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { MIB } from "../../../src/platform/units.ts";
import { PLAIN_DIGESTS } from "../../../src/protocol/digests/piece-digests.ts";
import { client, file } from "./hasher-fixture.ts";

test("what is in the background waits until nothing else is to be hashed, and others wait for one small part of it", async () => {
  const { hashing, threads } = client();
  const bytes = new Uint8Array(40 * MIB).fill(3);
  const path = file(bytes);
  const parts: number[] = [];
  const digested = hashing.digest(path, bytes.length, PLAIN_DIGESTS, "any", (done) => Boolean(parts.push(done / MIB)));
  await Promise.resolve();
  const [thread] = threads;
  // One part of it alone is asked for.
  expect(thread?.requests.map(({ request }) => request.slices.map(({ count }) => count))).toEqual([[16]]);
  const small = new Uint8Array(5).fill(1);
  const waited = hashing.hash(file(small), small.length);
  await Promise.resolve();
  thread?.answer();
  expect(parts).toEqual([16]);
  expect(thread?.requests.map(({ request }) => request.slices.map(({ background }) => background))).toEqual([[false]]);
  thread?.answer();
  await waited;
  thread?.answer();
  thread?.answer();
  expect((await digested).digests?.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect(parts).toEqual([16, 32, 40]);
});

test("what is in the background ends when it is not wanted any more, and with its thread", async () => {
  const { hashing, threads } = client();
  const path = file(new Uint8Array(40 * MIB));
  const unwanted = hashing.digest(path, 40 * MIB, PLAIN_DIGESTS, "any", () => false);
  await Promise.resolve();
  threads[0]?.answer();
  await expect(unwanted).rejects.toThrow("not wanted any more");
  const lost = hashing.digest(path, 40 * MIB, PLAIN_DIGESTS, "any", () => true);
  await Promise.resolve();
  threads[0]?.die(new Error("gone"));
  await expect(lost).rejects.toThrow("gone");
  const progress: string[] = [];
  hashing.onProgress((of) => progress.push(of));
  const again = hashing.digest(path, 40 * MIB, PLAIN_DIGESTS, "any", () => true);
  await Promise.resolve();
  for (let part = 0; part < 3; part++) threads[1]?.answer();
  await again;
  // The listener follows what somebody waits for.
  expect(progress).toEqual([]);
});
