import { expect, test } from "bun:test";
import { StallTimeout } from "../../../src/transfer/stall-timeout.ts";

test("a source that becomes ready again and again, and delivers nothing, resets it once", () => {
  const timeout = new StallTimeout(0, 1000);
  timeout.sourceReady(1, 900);
  expect(timeout.expiredBecause(1899, { lost: false, busyHere: false })).toBeNull();
  timeout.sourceReady(1, 1800);
  expect(String(timeout.expiredBecause(1900, { lost: false, busyHere: false }))).toBe(
    "no secondary has delivered anything for 1 s",
  );
  timeout.sourceReady(2, 1900);
  expect(timeout.expiredBecause(2899, { lost: false, busyHere: false })).toBeNull();
  timeout.reset(3000);
  timeout.sourceReady(1, 3900);
  expect(timeout.expiredBecause(4800, { lost: false, busyHere: false })).toBeNull();
});

test("a version that nobody will have any more is given up sooner", () => {
  const timeout = new StallTimeout(0, 60_000);
  expect(timeout.expiredBecause(1900, { lost: true, busyHere: false })).toBeNull();
  expect(String(timeout.expiredBecause(2000, { lost: true, busyHere: false }))).toContain("replaced or removed");
  expect(timeout.expiredBecause(2000, { lost: false, busyHere: false })).toBeNull();
});

test("bytes of a source that are wrong each time are no progress any more, until a piece is verified", () => {
  const timeout = new StallTimeout(0, 1000);
  for (const now of [500, 1000, 1500]) {
    timeout.bytesReceived(1, now);
    timeout.bytesWasted(1);
  }
  timeout.bytesReceived(1, 2400);
  expect(String(timeout.expiredBecause(2500, { lost: false, busyHere: false }))).toBe(
    "no secondary has delivered anything for 1 s",
  );
  timeout.bytesReceived(2, 2500);
  expect(timeout.expiredBecause(3499, { lost: false, busyHere: false })).toBeNull();
  timeout.reset(3500);
  timeout.bytesReceived(1, 4400);
  expect(timeout.expiredBecause(5399, { lost: false, busyHere: false })).toBeNull();
});

test("while this machine is the one that is busy nobody else is to blame, but it is not waited for for ever", () => {
  const timeout = new StallTimeout(0, 1000);
  for (const lost of [false, true]) expect(timeout.expiredBecause(599_999, { lost, busyHere: true })).toBeNull();
  const why = "the disk here has not answered for 600 s";
  expect(String(timeout.expiredBecause(600_000, { lost: false, busyHere: true }))).toBe(why);
  timeout.reset(600_000);
  expect(timeout.expiredBecause(600_999, { lost: false, busyHere: false })).toBeNull();
});
