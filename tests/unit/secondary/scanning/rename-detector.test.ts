import { expect, test } from "bun:test";
import type { Fingerprint } from "../../../../src/platform/content-state.ts";
import { PendingFile } from "../../../../src/secondary/scanning/pending-file.ts";
import { RenameDetector } from "../../../../src/secondary/scanning/rename-detector.ts";

const FILE: Fingerprint = { size: 10, mtimeNs: 1n, ctimeNs: 1n, inode: 7n };

function renamed() {
  const detector = new RenameDetector();
  const [old, fresh] = [new PendingFile("old"), new PendingFile("new")];
  detector.observe(fresh, { ...FILE, ctimeNs: 2n });
  return { detector, old, fresh };
}

test("a name whose file waits under a new one is checked again ten times, and is gone then", () => {
  const { detector, old } = renamed();
  const checks = Array.from({ length: 12 }, () => detector.mayBeRenamed(old, FILE));
  expect(checks).toEqual([...Array.from({ length: 10 }, () => true), false, false]);
});

test("while the file is read under its new name it is checked again without end", () => {
  const { detector, old, fresh } = renamed();
  fresh.become("hashing");
  const checks = Array.from({ length: 50 }, () => detector.mayBeRenamed(old, FILE));
  expect(checks).not.toContain(false);
  detector.forget(fresh);
  expect(detector.mayBeRenamed(old, FILE)).toBe(false);
});

test("a file with other content, another file, or the name itself is no new place of it", () => {
  const { detector, old, fresh } = renamed();
  expect(detector.mayBeRenamed(old, { ...FILE, size: 11 })).toBe(false);
  expect(detector.mayBeRenamed(old, { ...FILE, inode: 8n })).toBe(false);
  expect(detector.mayBeRenamed(fresh, FILE)).toBe(false);
});

test("a name that has another file now is the new place of that one alone", () => {
  const { detector, old, fresh } = renamed();
  detector.observe(fresh, { ...FILE, inode: 8n });
  expect(detector.mayBeRenamed(old, FILE)).toBe(false);
  expect(detector.mayBeRenamed(old, { ...FILE, inode: 8n })).toBe(true);
});
