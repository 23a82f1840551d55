import { afterEach, expect, mock, spyOn, test } from "bun:test";
import fs from "node:fs";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";

/** No process of Linux has such a number. */
const NOBODY = 2 ** 22 + 1;

afterEach(() => {
  mock.restore();
});

const errorOf = (code: string) => Object.assign(new Error(code), { code });

test("when a process began is known of one that runs, and of no other", async () => {
  expect(systemDisk.processId).toBe(process.pid);
  expect(await systemDisk.processStart(process.pid)).toMatch(/^\d+$/);
  expect(await systemDisk.processStart(NOBODY)).toBeNull();
});

test("a process that /proc hides is there all the same, also where it is another user's", async () => {
  spyOn(fs.promises, "readFile").mockImplementation(() => Promise.reject(errorOf("ENOENT")));
  expect(await systemDisk.processStart(process.pid)).toBe("");
  expect(await systemDisk.processStart(NOBODY)).toBeNull();
  spyOn(process, "kill").mockImplementation(() => {
    throw errorOf("EPERM");
  });
  expect(await systemDisk.processStart(NOBODY)).toBe("");
});

test.each([
  ["a process began", () => systemDisk.processStart(process.pid)],
  ["the machine was started", () => systemDisk.bootId()],
])("too many open files do not mean that it is unknown when %s", async (_what, ask) => {
  spyOn(fs.promises, "readFile").mockImplementationOnce(() => Promise.reject(errorOf("EMFILE")));
  expect(await ask()).toMatch(/./);
});
