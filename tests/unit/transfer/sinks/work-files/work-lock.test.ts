import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Clock } from "../../../../../src/platform/clock.ts";
import { type Disk, DiskError, type LockResult } from "../../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import type { Log } from "../../../../../src/platform/log/log.ts";
import { say } from "../../../../../src/sentences/sentence.ts";
import { SinkError } from "../../../../../src/transfer/sinks/sink.ts";
import { workFilesFor } from "../../../../../src/transfer/sinks/work-files/work-files.ts";
import {
  discardWorkFiles,
  lockWorkFiles,
  tryWorkLock,
} from "../../../../../src/transfer/sinks/work-files/work-lock.ts";
import { temporaryFolder } from "../../../../support/folder.ts";
import { failure, hastyClock } from "../part-file-fixture.ts";

const TIMEOUT_MS = 5000;

function place(disk: Partial<Disk> = {}) {
  const files = workFilesFor(path.join(temporaryFolder(), "film"));
  const logLines: string[] = [];
  const say = (event: string) => void logLines.push(event);
  const log: Log = { info: say, warn: say, error: say };
  const deps = { disk: { ...systemDisk, ...disk }, clock: hastyClock(), log };
  return { files, logLines, deps, take: () => lockWorkFiles(deps, files, TIMEOUT_MS) };
}

/** What a lock says that has another result. */
const locksAre = (result: LockResult): Partial<Disk> => ({ lock: () => result });

describe("the lock of work files", () => {
  test("is one download's, in this process or another", async () => {
    const { files, take } = place();
    const first = await take();
    expect(String(await failure(take()))).toContain(`another redes is downloading to ${files.path}`);
    await first.release();
    const holder = Bun.spawn(["flock", "--no-fork", files.journal, "sh", "-c", "echo locked; exec cat"], {
      stdin: "pipe",
      stdout: "pipe",
    });
    const { value } = await holder.stdout.getReader().read();
    expect(Buffer.from(value ?? []).toString()).toBe("locked\n");
    expect(await failure(take())).toBeInstanceOf(SinkError);
    holder.stdin.end();
    await holder.exited;
    expect((await take()).waited).toBe(false);
  });

  test("is waited for where its holder is just ending, and that is logged", async () => {
    let tries = 0;
    const { take, logLines } = place({
      lock: (fd) => {
        tries += 1;
        return tries <= 20 ? "held" : systemDisk.lock(fd);
      },
    });
    const lock = await take();
    expect(lock.waited).toBe(true);
    expect(logLines).toEqual(["waiting"]);
    await lock.release();
  });

  test("is of the journal that is at its path: one that its owner has removed keeps nobody away", async () => {
    let opened = 0;
    const { files, deps } = place({
      lock: (fd) => {
        opened += 1;
        // Between the opening and the lock, the holder ends: it removes the journal and another one begins.
        if (opened === 1) {
          fs.rmSync(files.journal);
          fs.writeFileSync(files.journal, "of another");
        }
        return systemDisk.lock(fd);
      },
    });
    const lock = await lockWorkFiles(deps, files, TIMEOUT_MS);
    expect(opened).toBe(2);
    expect(fs.fstatSync(lock.journal.fd).ino).toBe(fs.statSync(files.journal).ino);
    await lock.release();
  });

  test("is of the part too: who finds no journal does not work in a part that somebody is at work in", async () => {
    for (const hand of [fs.rmSync, (file: string) => fs.renameSync(file, `${file}.old`)]) {
      const { files, deps, take } = place();
      const first = await take();
      hand(files.journal);
      expect(String(await failure(take()))).toContain(`another redes is downloading to ${files.path}`);
      fs.writeFileSync(files.part, "some");
      await discardWorkFiles(deps, files);
      expect(fs.readFileSync(files.part, "utf8")).toBe("some");
      // A journal that was made in vain would be in the way of nobody, but does not stay.
      expect(fs.existsSync(files.journal)).toBe(false);
      await first.release();
      await (await take()).release();
    }
  });

  test("is of the part that is at its path: what its owner has renamed is another file", async () => {
    let locks = 0;
    const { files, take } = place({
      lockBeyondEnd: (fd) => {
        locks += 1;
        if (locks === 1) fs.renameSync(files.part, files.path);
        return systemDisk.lockBeyondEnd(fd);
      },
    });
    const lock = await take();
    expect(locks).toBe(2);
    expect(lock.part.stat.inode).toBe(fs.statSync(files.part, { bigint: true }).ino);
    await lock.release();
  });

  test("finds the part as it is once nobody else is at work in it", async () => {
    const { files, take } = place({
      lockBeyondEnd: (fd) => {
        fs.writeFileSync(files.part, "the last bytes of somebody else");
        return systemDisk.lockBeyondEnd(fd);
      },
    });
    const lock = await take();
    expect(lock.part.stat.size).toBe(31);
    await lock.release();
  });

  test("lets what an earlier try left be removed, but not while somebody is at it, and nothing else", async () => {
    const { files, deps, take } = place();
    await discardWorkFiles(deps, files);
    const lock = await take();
    fs.writeFileSync(files.part, "some");
    await discardWorkFiles(deps, files);
    expect(fs.existsSync(files.part)).toBe(true);
    await lock.release();
    await discardWorkFiles(deps, files);
    expect(fs.readdirSync(path.dirname(files.path))).toEqual([]);
    fs.mkdirSync(files.journal);
    fs.writeFileSync(files.part, "some");
    await discardWorkFiles(deps, files);
    expect(fs.readdirSync(path.dirname(files.path))).toHaveLength(2);
  });
});

describe("where a file system has no locks", () => {
  test("a file does instead, and that is logged once", async () => {
    const { files, logLines, take } = place(locksAre("unsupported"));
    const lock = await take();
    expect(fs.existsSync(files.lock)).toBe(true);
    const error = await failure(take());
    expect(String(error)).toContain(`process ${process.pid} on ${os.hostname()} (as ${files.lock} says`);
    await lock.release();
    expect(fs.existsSync(files.lock)).toBe(false);
    await (await take()).release();
    expect(logLines.filter((event) => event === "no-locks")).toHaveLength(1);
  });

  test("a file that could not be removed, as its disk was gone, keeps nobody of this process away", async () => {
    let isAway = false;
    const { files, take } = place({
      ...locksAre("unsupported"),
      remove: (wanted, reach) =>
        isAway && wanted === files.lock
          ? Promise.reject(new DiskError("missing", wanted, "it is away"))
          : systemDisk.remove(wanted, reach),
    });
    const lock = await take();
    isAway = true;
    await lock.release();
    isAway = false;
    const next = await take();
    expect(next.waited).toBe(false);
    await next.release();
    expect(fs.existsSync(files.lock)).toBe(false);
  });

  const us = async () => ({
    pid: process.pid,
    start: await systemDisk.processStart(process.pid),
    boot: await systemDisk.bootId(),
    host: os.hostname(),
  });
  const dead: [string, object][] = [
    ["a process that is gone", { pid: 2 ** 22 + 1 }],
    ["a process whose number another one has now", { start: "1" }],
    ["a process before the machine was started again", { boot: "another" }],
  ];
  test.each(dead)("the file of %s is taken over", async (_who, difference) => {
    const { files, take } = place(locksAre("unsupported"));
    fs.writeFileSync(files.lock, JSON.stringify({ ...(await us()), ...difference }));
    const lock = await take();
    expect(JSON.parse(fs.readFileSync(files.lock, "utf8"))).toEqual(await us());
    await lock.release();
    expect(fs.readdirSync(path.dirname(files.path))).toEqual(
      [files.journal, files.part].map((file) => path.basename(file)),
    );
  });

  test("the file of a process on another machine is not, and the message says how to go on", async () => {
    const { files, take } = place(locksAre("unsupported"));
    const other = JSON.stringify({ ...(await us()), host: "elsewhere", boot: "another" });
    fs.writeFileSync(files.lock, other);
    expect(String(await failure(take()))).toContain(
      `on elsewhere (as ${files.lock} says: remove it if that is not so)`,
    );
    expect(fs.readFileSync(files.lock, "utf8")).toBe(other);
  });

  test("a file that says nothing yet is left for a while, and then taken over", async () => {
    const { files, deps } = place(locksAre("unsupported"));
    fs.writeFileSync(files.lock, "");
    expect(await tryWorkLock(deps, files)).toMatchObject({ kind: "held" });
    const old = Date.now() / 1000 - 60;
    fs.utimesSync(files.lock, old, old);
    const lock = await tryWorkLock(deps, files);
    expect("journal" in lock).toBe(true);
    if ("journal" in lock) await lock.release();
  });

  test("a file that says nothing is waited for until it is a dead process's, and no longer", async () => {
    let passed = 0;
    const clock: Clock = {
      ...hastyClock(),
      now: () => passed,
      wall: () => Date.now() + passed,
      after(ms, run) {
        passed += ms;
        queueMicrotask(run);
        return () => {};
      },
    };
    const { files, deps } = place(locksAre("unsupported"));
    fs.writeFileSync(files.lock, "");
    const lock = await lockWorkFiles({ ...deps, clock }, files, TIMEOUT_MS);
    expect([lock.waited, passed > TIMEOUT_MS, passed < 11_000]).toEqual([true, true, true]);
    await lock.release();
    fs.writeFileSync(files.lock, "");
    const ahead = Date.now() / 1000 + 600;
    fs.utimesSync(files.lock, ahead, ahead);
    expect(await failure(lockWorkFiles({ ...deps, clock }, files, TIMEOUT_MS))).toBeInstanceOf(SinkError);
  });

  test("two that find the file of a dead process do not both get the lock", async () => {
    for (let round = 0; round < 20; round++) {
      const { files, deps } = place(locksAre("unsupported"));
      fs.writeFileSync(files.lock, JSON.stringify({ ...(await us()), start: "1" }));
      const both = await Promise.all([tryWorkLock(deps, files), tryWorkLock(deps, files)]);
      expect(both.filter((one) => "journal" in one).length).toBeLessThanOrEqual(1);
    }
  });

  test("what the system says tells held from unsupported", () => {
    const file = path.join(temporaryFolder(), "file");
    const [first, second] = [fs.openSync(file, "w"), fs.openSync(file, "w")];
    expect([systemDisk.lock(first), systemDisk.lock(second)]).toEqual(["taken", "held"]);
    fs.closeSync(first);
    fs.closeSync(second);
    // As NFSv4 says it of a lock that it cannot have.
    expect(systemDisk.lock(second)).toBe("unsupported");
  });
});

test("a journal that is replaced each time before it is locked is tried so often, and then somebody else's", async () => {
  let locks = 0;
  const { files, deps } = place({
    lock: (fd) => {
      locks += 1;
      fs.rmSync(files.journal);
      fs.writeFileSync(files.journal, "");
      return systemDisk.lock(fd);
    },
  });
  expect(await tryWorkLock(deps, files)).toEqual({
    kind: "held",
    by: say("{part} or its journal comes and goes", { part: files.part }),
  });
  expect(locks).toBe(20);
});
