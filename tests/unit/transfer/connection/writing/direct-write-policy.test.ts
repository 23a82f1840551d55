import { expect, test } from "bun:test";
import { MIB } from "../../../../../src/platform/units.ts";
import { DirectWritePolicy } from "../../../../../src/transfer/connection/writing/direct-write-policy.ts";

const [QUICK_MS, SLOW_MS] = [5, 1000];

/** How many pieces go through the page cache before the next one goes directly. */
function detour(policy: DirectWritePolicy): number {
  let pieces = 0;
  while (!policy.next()) pieces += 1;
  return pieces;
}

/** Direct writes that take so long, one after the other. */
function write(policy: DirectWritePolicy, count: number, milliseconds: number): void {
  for (let piece = 0; piece < count; piece++) {
    policy.next();
    policy.written(MIB, milliseconds);
  }
}

test("while the disk is quick every piece goes directly, whatever a single one takes", () => {
  const policy = new DirectWritePolicy();
  write(policy, 100, QUICK_MS);
  policy.written(MIB, 40);
  expect(detour(policy)).toBe(0);
});

test.each([
  [10, false],
  [11, true],
])("that writes take %i ms for each MiB makes a disk slow: %p", (milliseconds, isSlow) => {
  const policy = new DirectWritePolicy();
  for (let piece = 0; piece < 100; piece++) policy.written(2 * MIB, 2 * milliseconds);
  expect(detour(policy) > 0).toBe(isSlow);
});

test("after a slow write others go through the page cache, each time twice as many, up to a bound", () => {
  const policy = new DirectWritePolicy();
  const detours = Array.from({ length: 8 }, () => {
    policy.written(MIB, SLOW_MS);
    return detour(policy);
  });
  expect(detours).toEqual([32, 64, 128, 256, 512, 1024, 1024, 1024]);
});

test("writes that end during a detour, and were begun before it, make it no longer", () => {
  const policy = new DirectWritePolicy();
  policy.written(MIB, SLOW_MS);
  policy.next();
  policy.written(MIB, SLOW_MS);
  expect(detour(policy)).toBe(31);
});

test("a disk that was quick for longer than its last detour begins anew with the first", () => {
  const forgiven = new DirectWritePolicy();
  forgiven.written(MIB, SLOW_MS);
  detour(forgiven);
  write(forgiven, 64, QUICK_MS);
  forgiven.written(MIB, SLOW_MS);
  expect(detour(forgiven)).toBe(32);
  const not = new DirectWritePolicy();
  not.written(MIB, SLOW_MS);
  detour(not);
  write(not, 63, QUICK_MS);
  not.written(MIB, SLOW_MS);
  expect(detour(not)).toBe(64);
});

test("where direct writes do not work none is tried again", () => {
  const policy = new DirectWritePolicy();
  policy.disable();
  expect(Array.from({ length: 5000 }, () => policy.next())).not.toContain(true);
});
