import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { type LogHandle, systemLogStorage } from "../../../../src/platform/log/log-storage.ts";
import { temporaryFolder } from "../../../support/folder.ts";

async function using<T>(file: string, use: (handle: LogHandle) => Promise<T>): Promise<T> {
  const handle = await systemLogStorage.open(file);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

const bytes = (text: string) => Buffer.from(text);

test("a new file is the owner's and the group's to read, or less", async () => {
  const folder = temporaryFolder();
  const modes: number[] = [];
  for (const umask of [0, 0o077]) {
    const before = process.umask(umask);
    try {
      const file = path.join(folder, String(umask));
      await using(file, (handle) => handle.write(bytes("a\n")));
      modes.push(fs.statSync(file).mode & 0o777);
    } finally {
      process.umask(before);
    }
  }
  expect(modes).toEqual([0o640, 0o600]);
});

test("lines are added at the end, whoever else writes there or empties it", async () => {
  const file = path.join(temporaryFolder(), "log");
  fs.writeFileSync(file, "before\n", { mode: 0o600 });
  await using(file, async (handle) => {
    await handle.write(bytes("a\n"));
    fs.appendFileSync(file, "another\n");
    await handle.write(bytes("b\n"));
    expect(fs.readFileSync(file, "utf8")).toBe("before\na\nanother\nb\n");
    fs.truncateSync(file);
    await handle.write(bytes("c\n"));
  });
  systemLogStorage.appendNow(file, bytes("d\n"));
  expect(fs.readFileSync(file, "utf8")).toBe("c\nd\n");
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
});

test("what cannot be written to is said in a line", async () => {
  const folder = temporaryFolder();
  const missing = path.join(folder, "no/log");
  await expect(systemLogStorage.open(missing)).rejects.toThrow(
    `cannot write the log to ${missing}: there is no such file or folder`,
  );
  await expect(systemLogStorage.open(folder)).rejects.toThrow(`cannot write the log to ${folder}: it is a folder`);
  systemLogStorage.appendNow(missing, bytes("a\n"));
  const full = await using("/dev/full", (handle) => handle.write(bytes("a\n")));
  expect([full.count, full.fault?.message]).toEqual([0, "cannot write the log to /dev/full: the disk is full"]);
});

test("a pipe that nobody reads keeps nobody waiting", async () => {
  const pipe = path.join(temporaryFolder(), "pipe");
  expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
  await expect(systemLogStorage.open(pipe)).rejects.toThrow(`cannot write the log to ${pipe}: `);
});
