import { expect, test } from "bun:test";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Disk } from "../../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { hash, hex } from "../../../../../src/platform/hash.ts";
import { acquireLockFile } from "../../../../../src/transfer/sinks/work-files/lock-file.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { temporaryFolder } from "../../../../support/folder.ts";

/** What the lock file of a process says. */
const textOf = (pid: number) => JSON.stringify({ pid, start: "7", boot: "boot", host: os.hostname() });

test("the right to replace a dead process's file is none to replace what has come there since", async () => {
  const lock = path.join(temporaryFolder(), "lock");
  const renamed: string[] = [];
  const disk: Disk = {
    ...systemDisk,
    bootId: async () => "boot",
    rename(from, to, reach) {
      renamed.push(path.basename(from));
      return systemDisk.rename(from, to, reach);
    },
    // 8 and 9 are dead, and the file becomes that of 9 just when 8 is found to be so.
    async processStart(pid) {
      if (pid === 8) fs.writeFileSync(lock, textOf(9));
      return pid === process.pid ? "1" : null;
    },
  };
  fs.writeFileSync(lock, textOf(8));
  expect(await acquireLockFile(disk, new FakeClock(), { lock, reach: "any" })).toEqual({ kind: "taken" });
  const [, right = ""] = renamed[0]?.split("-") ?? [];
  expect([renamed.length, right]).toEqual([1, expect.stringMatching(/^[0-9a-f]+$/)]);
  expect(hex(hash(Buffer.from(textOf(9))))).toStartWith(right);
  expect(fs.readdirSync(path.dirname(lock))).toEqual(["lock"]);
});
