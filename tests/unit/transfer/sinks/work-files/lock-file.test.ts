import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import os from "node:os";
import path, { join } from "node:path";
import { type Disk, DiskError } from "../../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { acquireLockFile, releaseLockFile } from "../../../../../src/transfer/sinks/work-files/lock-file.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { temporaryFolder } from "../../../../support/folder.ts";
import { inEnglish } from "../../../../support/in-english.ts";

/** A process that began at tick 7 on this machine, which was booted as "boot". */
const OTHER = { pid: 123, start: "7", boot: "boot", host: os.hostname() };

/** A place for a lock file on a machine on which process 123 is alive. */
class Fixture {
  readonly clock = new FakeClock();
  private readonly disk: Disk;

  constructor(
    changes: Partial<Disk> = {},
    readonly path = join(temporaryFolder(), "lock"),
  ) {
    const processStart = async (pid: number) => (pid === OTHER.pid ? OTHER.start : "1");
    this.disk = { ...systemDisk, bootId: async () => OTHER.boot, processStart, ...changes };
  }

  /** Somebody else has the lock file, and wrote it so many milliseconds ago. */
  write(holder: unknown, ageMs = 0): void {
    fs.writeFileSync(this.path, typeof holder === "string" ? holder : JSON.stringify(holder));
    const at = (this.clock.wall() - ageMs) / 1000;
    fs.utimesSync(this.path, at, at);
  }

  acquire() {
    return acquireLockFile(this.disk, this.clock, { lock: this.path, reach: "any" });
  }

  release() {
    return releaseLockFile(this.disk, { lock: this.path, reach: "any" });
  }

  get holder(): unknown {
    return JSON.parse(fs.readFileSync(this.path, "utf8"));
  }
}

const heldBy = (by: string, unnamed = false) => ({ kind: "held", by: expect.stringContaining(by), unnamed }) as const;

test("who makes the file has the lock, and the file says who that is", async () => {
  const fixture = new Fixture();
  expect(await fixture.acquire()).toEqual({ kind: "taken" });
  expect(fixture.holder).toEqual({ pid: process.pid, start: "1", boot: "boot", host: os.hostname() });
  expect(fs.readdirSync(path.dirname(fixture.path))).toEqual(["lock"]);
});

test("a process that is alive, or on another machine, has it", async () => {
  const fixture = new Fixture();
  for (const holder of [OTHER, { ...OTHER, host: "elsewhere", pid: 9, start: "gone" }]) {
    fixture.write(holder, 1_000_000);
    expect(inEnglish(await fixture.acquire())).toEqual(heldBy(`process ${holder.pid} on ${holder.host}`));
    expect(fixture.holder).toEqual(holder);
  }
});

test("a process whose beginning is not known has it as long as there is a process of its number", async () => {
  const hidden = new Fixture({ processStart: async (pid) => (pid === OTHER.pid ? "" : null) });
  hidden.write(OTHER);
  expect(inEnglish(await hidden.acquire())).toEqual(heldBy("process 123"));
  const fixture = new Fixture();
  fixture.write({ ...OTHER, start: "" });
  expect(inEnglish(await fixture.acquire())).toEqual(heldBy("process 123"));
  const ended = new Fixture({ processStart: async () => null });
  ended.write({ ...OTHER, start: "" });
  expect(await ended.acquire()).toEqual({ kind: "taken" });
});

test("a process does not take the lock from itself, whatever its number", async () => {
  const fixture = new Fixture({ processId: 7 });
  expect(await fixture.acquire()).toEqual({ kind: "taken" });
  expect(fixture.holder).toMatchObject({ pid: 7 });
  expect(inEnglish(await fixture.acquire())).toEqual(heldBy("process 7"));
});

describe("a lock file that could not be removed when it was released", () => {
  /** Nothing can be removed while the disk is away. */
  function unsteady(changes: Partial<Disk> = {}) {
    const state = { isAway: false };
    const remove: Disk["remove"] = (wanted, reach) =>
      state.isAway ? Promise.reject(new DiskError("missing", wanted, "it is away")) : systemDisk.remove(wanted, reach);
    return { state, fixture: new Fixture({ remove, ...changes }) };
  }

  async function left() {
    const { state, fixture } = unsteady();
    expect(await fixture.acquire()).toEqual({ kind: "taken" });
    state.isAway = true;
    await expect(fixture.release()).rejects.toThrow("it is away");
    state.isAway = false;
    return fixture;
  }

  test("keeps its process away no longer, and one of those that find it has it", async () => {
    const fixture = await left();
    const both = await Promise.all([fixture.acquire(), fixture.acquire()]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(["held", "taken"]);
    expect(fixture.holder).toMatchObject({ pid: process.pid });
    await fixture.release();
    expect(fs.readdirSync(path.dirname(fixture.path))).toEqual([]);
  });

  test("is forgotten once it is away and there is a new one", async () => {
    const fixture = await left();
    fs.rmSync(fixture.path);
    expect(await fixture.acquire()).toEqual({ kind: "taken" });
    expect(inEnglish(await fixture.acquire())).toEqual(heldBy(`process ${process.pid}`));
  });

  test("is not taken from a process that has come to it since", async () => {
    const fixture = await left();
    fixture.write(OTHER);
    expect(inEnglish(await fixture.acquire())).toEqual(heldBy("process 123"));
  });

  test("keeps nobody away where it was the right to take over a dead process's file", async () => {
    const { state, fixture } = unsteady({
      rename: (from, to, reach) =>
        state.isAway ? Promise.reject(new DiskError("other", from, "it failed")) : systemDisk.rename(from, to, reach),
    });
    fixture.write({ ...OTHER, pid: 9 });
    state.isAway = true;
    await expect(fixture.acquire()).rejects.toThrow("it failed");
    state.isAway = false;
    expect(await fixture.acquire()).toEqual({ kind: "taken" });
    expect(fs.readdirSync(path.dirname(fixture.path))).toEqual(["lock"]);
  });

  test("keeps nobody away where it was written, and closing it failed", async () => {
    let isFailing = true;
    const fixture = new Fixture({
      async close(fd) {
        await systemDisk.close(fd);
        if (isFailing) throw new DiskError("other", String(fd), "it failed");
      },
    });
    await expect(fixture.acquire()).rejects.toThrow("it failed");
    isFailing = false;
    expect(await fixture.acquire()).toEqual({ kind: "taken" });
    expect(inEnglish(await fixture.acquire())).toEqual(heldBy(`process ${process.pid}`));
  });
});

test("where too much is open to see whether a process is alive, its lock is not taken over", async () => {
  const processStart = () => Promise.reject(new DiskError("limit", "/proc/123/stat", "too many open files"));
  const fixture = new Fixture({ processStart });
  fixture.write(OTHER);
  await expect(fixture.acquire()).rejects.toThrow("too many open files");
  expect(fixture.holder).toEqual(OTHER);
});

test.each([
  ["has ended", { ...OTHER, pid: 9 }],
  ["has ended, and another one has its number", { ...OTHER, start: "8" }],
  ["ran before the machine was started again", { ...OTHER, boot: "before" }],
])("that of a process that %s is taken over", async (_what, holder) => {
  const fixture = new Fixture();
  fixture.write(holder);
  expect(await fixture.acquire()).toEqual({ kind: "taken" });
  expect(fixture.holder).toMatchObject({ pid: process.pid });
  expect(fs.readdirSync(path.dirname(fixture.path))).toEqual(["lock"]);
});

describe("a file that names nobody", () => {
  const { pid, start, boot, host } = OTHER;
  const texts = [
    "",
    "{",
    "null",
    { start, boot, host },
    { pid: 0.5, start, boot, host },
    { pid, boot, host },
    { pid, start, host },
    { pid, start, boot },
  ];

  test.each(texts)("is taken over after ten seconds, and not before: %j", async (text) => {
    const fixture = new Fixture();
    fixture.write(text, 9_000);
    expect(inEnglish(await fixture.acquire())).toEqual(heldBy("a process that has just begun", true));
    fixture.write(text, 10_000);
    expect(await fixture.acquire()).toEqual({ kind: "taken" });
  });
});

test("a file that comes and goes is tried five times", async () => {
  let tries = 0;
  const open: Disk["open"] = async (wanted, mode) => {
    if (mode === "create") tries += 1;
    throw new DiskError(mode === "create" ? "exists" : "missing", wanted, "it comes and goes");
  };
  expect(inEnglish(await new Fixture({ open }).acquire())).toEqual(heldBy("others that come and go"));
  expect(tries).toBe(5);
});

test.each(["create", "read"] as const)(
  "another error of the disk than that somebody was faster is thrown: at %s",
  async (at) => {
    const open: Disk["open"] = (wanted, mode) =>
      mode === at
        ? Promise.reject(new DiskError("denied", wanted, "permission denied"))
        : systemDisk.open(wanted, mode);
    const fixture = new Fixture({ open });
    if (at === "read") fixture.write(OTHER);
    await expect(fixture.acquire()).rejects.toThrow("permission denied");
  },
);

test("where the disk has no room for who has it no lock file stays, and the next one may have it", async () => {
  let isFull = true;
  const write: Disk["write"] = (fd, bytes, position) =>
    isFull ? Promise.reject(new DiskError("full", "lock", "no space left")) : systemDisk.write(fd, bytes, position);
  const fixture = new Fixture({ write });
  await expect(fixture.acquire()).rejects.toThrow("no space left");
  expect(fs.readdirSync(path.dirname(fixture.path))).toEqual([]);
  isFull = false;
  expect(await fixture.acquire()).toEqual({ kind: "taken" });
});

test("a lock file that comes in the place of a dead process's just before that is taken over stays", async () => {
  const alive = { ...OTHER, host: "elsewhere" };
  const fixture: Fixture = new Fixture({
    async open(wanted, mode, reach) {
      if (mode === "create" && wanted !== fixture.path) fixture.write(alive);
      return systemDisk.open(wanted, mode, reach);
    },
  });
  fixture.write({ ...OTHER, pid: 9 });
  expect(inEnglish(await fixture.acquire())).toEqual(heldBy("process 123 on elsewhere"));
  expect(fixture.holder).toEqual(alive);
  expect(fs.readdirSync(path.dirname(fixture.path))).toEqual(["lock"]);
});

test("who is slower at taking over a dead process's file does not take that of the faster one, nor move it for a moment", async () => {
  const { promise: isRead, resolve: read } = Promise.withResolvers<void>();
  const { promise: isTaken, resolve: take } = Promise.withResolvers<void>();
  const faster = new Fixture();
  const processStart = async (pid: number) => {
    if (pid !== 9) return "1";
    // What it has read of the dead process is old by the time it goes on.
    read();
    await isTaken;
    return null;
  };
  const moved: string[] = [];
  const rename: Disk["rename"] = async (from, to) => {
    moved.push(from);
    await systemDisk.rename(from, to);
  };
  const slower = new Fixture({ processStart, processId: 8, rename }, faster.path);
  faster.write({ ...OTHER, pid: 9 });
  const late = slower.acquire();
  await isRead;
  expect(await faster.acquire()).toEqual({ kind: "taken" });
  take();
  expect(inEnglish(await late)).toEqual(heldBy(`process ${process.pid}`));
  expect(faster.holder).toMatchObject({ pid: process.pid });
  expect(fs.readdirSync(path.dirname(faster.path))).toEqual(["lock"]);
  expect(moved).toEqual([]);
});

test("the right to take over a dead process's file is taken over where its holder died, too", async () => {
  const fixture = new Fixture();
  fixture.write({ ...OTHER, pid: 9 });
  const kept: string[] = [];
  const remove: Disk["remove"] = async (wanted) => void kept.push(wanted);
  const dying = new Fixture({ rename: () => Promise.reject(new Error("the power is gone")), remove }, fixture.path);
  await expect(dying.acquire()).rejects.toThrow("the power is gone");
  expect(kept).toHaveLength(1);
  fs.writeFileSync(kept[0] ?? "", JSON.stringify({ ...OTHER, pid: 10 }));
  expect(await new Fixture({}, fixture.path).acquire()).toEqual({ kind: "taken" });
  expect(fixture.holder).toMatchObject({ pid: process.pid });
  expect(fs.readdirSync(path.dirname(fixture.path))).toEqual(["lock"]);
});

test("who is faster at taking over a dead process's file is no error; anything else is", async () => {
  const dead = { ...OTHER, pid: 9 };
  for (const failure of ["missing", "exists"] as const) {
    const fixture = new Fixture({ rename: (from) => Promise.reject(new DiskError(failure, from, failure)) });
    fixture.write(dead);
    expect(inEnglish(await fixture.acquire())).toEqual(heldBy("others that come and go"));
  }
  for (const error of [new DiskError("denied", "", "permission denied"), new Error("permission denied")]) {
    const fixture = new Fixture({ rename: () => Promise.reject(error) });
    fixture.write(dead);
    await expect(fixture.acquire()).rejects.toThrow("permission denied");
  }
});
