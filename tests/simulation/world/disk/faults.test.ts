import { expect, test } from "bun:test";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { SeededRandom } from "../random.ts";
import { SimProcess } from "../sim-process.ts";
import { ThreadTime } from "../sim-thread.ts";
import { Simulation } from "../simulation.ts";
import type { FileSystemFeatures } from "./file-system/features.ts";
import { SimFileSystem } from "./file-system/file-system.ts";
import { MachineDisk } from "./machine/machine-disk.ts";
import { ProcessDisk } from "./process/process-disk.ts";

function start(features: Partial<FileSystemFeatures> = {}) {
  const sim = new Simulation(1);
  const machine = new MachineDisk(sim, "one");
  const fs = new SimFileSystem(sim, features);
  machine.mount("/data", fs);
  machine.faults.counts.clear();
  let pid = 100;
  const spawn = () => {
    pid += 1;
    const process = new SimProcess(sim, `process ${pid}`, pid, { ahead: 0 });
    const own = new ProcessDisk(machine, process, new SeededRandom(pid));
    const time = new ThreadTime(process);
    return { process, own, disk: own.disk, time, blocking: own.blocking(time) };
  };
  /** Lets a promise settle; gives its value, or the failure of a DiskError. */
  const settle = (promise: Promise<unknown>, withinMs = 60_000): unknown => {
    let result: unknown = "pending";
    promise.then(
      (value) => {
        result = value;
      },
      (error) => {
        result = error instanceof DiskError ? error.failure : error;
      },
    );
    sim.runUntil(sim.now + withinMs);
    return result;
  };
  return { sim, machine, fs, spawn, settle };
}

function failureOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error instanceof DiskError ? error.failure : error;
  }
}

const text = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString();

test("a disk takes what fits, then is full, until it has room again", () => {
  const { machine, fs, spawn } = start();
  const { blocking } = spawn();
  const fd = blocking.open("/data/a", "create");
  machine.faults.fill(fs, 8192);
  expect(failureOf(() => blocking.write(fd, new Uint8Array(20_000).fill(1), 0))).toBe("full");
  expect(machine.user.size("/data/a")).toBe(8192);
  blocking.write(fd, new Uint8Array(8192).fill(2), 0);
  machine.faults.empty(fs);
  blocking.write(fd, new Uint8Array(20_000).fill(3), 0);
  expect(machine.user.size("/data/a")).toBe(20_000);
  expect(Object.fromEntries(machine.faults.counts)).toEqual({ full: 1 });
});

test("the room of a removed file comes back when nobody has it open any more", () => {
  const { machine, fs, spawn } = start();
  const { blocking } = spawn();
  const free = fs.freeBytes;
  const fd = blocking.open("/data/a", "create");
  blocking.write(fd, new Uint8Array(4096), 0);
  machine.user.delete("/data/a");
  expect(fs.freeBytes).toBe(free - 4096);
  blocking.close(fd);
  expect(fs.freeBytes).toBe(free);
});

test("nothing is changed on a read-only disk", () => {
  const { machine, fs, spawn, settle } = start();
  const { blocking, disk } = spawn();
  machine.user.write("/data/a", Buffer.from("a"));
  const fd = blocking.open("/data/a", "update");
  fs.readOnly = true;
  expect(failureOf(() => blocking.write(fd, Buffer.from("b"), 0))).toBe("readonly");
  expect(failureOf(() => blocking.truncate(fd, 0))).toBe("readonly");
  expect(failureOf(() => blocking.open("/data/new", "create"))).toBe("readonly");
  expect(failureOf(() => blocking.open("/data/a", "update"))).toBe("readonly");
  expect(failureOf(() => blocking.checkWritable("/data"))).toBe("readonly");
  expect(settle(disk.remove("/data/a"))).toBe("readonly");
  expect(settle(disk.rename("/data/a", "/data/b"))).toBe("readonly");
  expect(blocking.setModified(fd, 1)).toBe(false);
  expect(blocking.openTmpfile("/data")).toBeNull();
  expect(text(machine.user.read("/data/a"))).toBe("a");
  expect(machine.faults.counts.get("readonly")).toBe(7);
});

test("in a protected folder files are read and written to, but none is made, removed or renamed", () => {
  const { machine, spawn, settle } = start();
  const { disk, blocking } = spawn();
  machine.user.makeFolder("/data/f");
  machine.user.write("/data/f/a", Buffer.from("a"));
  const end = machine.user.protect("/data/f");
  const fd = blocking.open("/data/f/a", "update");
  blocking.write(fd, Buffer.from("b"), 0);
  expect(text(machine.user.read("/data/f/a"))).toBe("b");
  const refused = [
    () => blocking.open("/data/f/new", "create"),
    () => blocking.checkWritable("/data/f"),
    () => blocking.makeSubfolder("/data/f/g"),
    () => blocking.renameNoReplace("/data/f/a", "/data/a"),
  ];
  for (const work of refused) expect(failureOf(work)).toBe("denied");
  expect(settle(disk.remove("/data/f/a"))).toBe("denied");
  expect(machine.faults.counts.get("denied")).toBe(5);
  end();
  expect(settle(disk.remove("/data/f/a"))).toBeUndefined();
});

test("reads and writes fail beneath a path alone", () => {
  const { machine, spawn, settle } = start();
  const { blocking, disk } = spawn();
  for (const name of ["bad/a", "good"]) {
    if (name.startsWith("bad")) machine.user.makeFolder("/data/bad");
    machine.user.write(`/data/${name}`, Buffer.from("x"));
  }
  const [bad, good] = [blocking.open("/data/bad/a", "update"), blocking.open("/data/good", "update")];
  const buffer = new Uint8Array(1);
  machine.faults.readErrors = "/data/bad";
  machine.faults.writeErrors = "/data/bad";
  expect(failureOf(() => blocking.read(bad, buffer, 0))).toBe("other");
  expect(settle(disk.sync(bad))).toBe("other");
  expect(settle(disk.syncFolder("/data/bad"))).toBe("other");
  expect(failureOf(() => blocking.write(bad, buffer, 0))).toBe("other");
  expect(failureOf(() => blocking.read(good, buffer, 0))).toBe(1);
  machine.faults.end();
  expect(failureOf(() => blocking.read(bad, buffer, 0))).toBe(1);
  expect(Object.fromEntries(machine.faults.counts)).toEqual({ "read error": 1, "write error": 3 });
});

test("too many open files are waited for, and reported when they do not end", () => {
  const { sim, machine, spawn, settle } = start();
  const { own, disk, blocking, time } = spawn();
  machine.user.write("/data/a", Buffer.from("x"));
  const fd = blocking.open("/data/a", "read");
  machine.faults.descriptorLimit = 1;
  expect(settle(disk.open("/data/a", "read"))).toBe("limit");
  const before = time.behind;
  expect(failureOf(() => blocking.open("/data/a", "read"))).toBe("limit");
  expect(time.behind - before).toBeGreaterThan(900);
  sim.after(1000, () => blocking.close(fd));
  expect(settle(disk.open("/data/a", "read"))).toBeNumber();
  expect(own.openCount).toBe(1);
});

test("a slow disk takes longer, and a hanging one ends nothing before it goes on", () => {
  const { sim, machine, spawn, settle } = start();
  const { disk, blocking, time } = spawn();
  machine.faults.slowness = 1000;
  blocking.lstat("/data");
  expect(time.behind).toBeGreaterThan(10);
  machine.faults.end();
  machine.faults.hangsUntil = sim.now + 5000;
  expect(settle(disk.makeFolder("/data/a"), 4999)).toBe("pending");
  expect(machine.user.list("/data")).toEqual([]);
  expect(settle(disk.stat("/data"), 100)).toMatchObject({ kind: "folder" });
  expect(machine.user.list("/data")).toHaveLength(1);
  expect([...machine.faults.counts.keys()]).toEqual(["slow", "hanging"]);
});

test("a bit flips in what is read, or on the disk itself for good", () => {
  const { machine, spawn } = start();
  const { blocking } = spawn();
  machine.user.write("/data/a", new Uint8Array(1000));
  const fd = blocking.open("/data/a", "read");
  const read = () => {
    const buffer = new Uint8Array(1000);
    blocking.read(fd, buffer, 0);
    return buffer.filter((byte) => byte !== 0).length;
  };
  machine.faults.flippedReads = { under: "/data", chance: 1, random: new SeededRandom(3) };
  expect([read(), machine.user.read("/data/a")?.every((byte) => byte === 0)]).toEqual([1, true]);
  machine.faults.end();
  expect(read()).toBe(0);
  const before = blocking.fstat(fd);
  expect(machine.user.flipBit("/data/a", new SeededRandom(4))).toBe(true);
  expect(read()).toBe(1);
  expect(blocking.fstat(fd)).toEqual(before);
  machine.powerLoss(new SeededRandom(5));
  expect(machine.user.read("/data/a")?.filter((byte) => byte !== 0)).toHaveLength(1);
});

test("an unmounted disk leaves its mount point, another one takes its place, and it comes back", () => {
  const { sim, machine, fs, spawn, settle } = start();
  const { disk, blocking } = spawn();
  machine.user.write("/data/a", Buffer.from("first"));
  const fd = blocking.open("/data/a", "read");
  const before = settle(disk.stat("/data")) as { device: bigint };
  const sequence = settle(disk.diskSequence(before.device));
  expect(machine.unmount("/data")).toBe(fs);
  expect(settle(disk.mountPoints())).toEqual(["/"]);
  expect(machine.user.list("/data")).toEqual([]);
  expect(blocking.read(fd, new Uint8Array(5), 0)).toBe(5);
  machine.mount("/data", new SimFileSystem(sim));
  expect(settle(disk.stat("/data/a"))).toBeNull();
  expect((settle(disk.stat("/data")) as { device: bigint }).device).not.toBe(before.device);
  expect(machine.unmount("/data")).not.toBe(fs);
  machine.mount("/data", fs);
  expect(text(machine.user.read("/data/a"))).toBe("first");
  expect(settle(disk.diskSequence(before.device))).not.toBe(sequence);
  expect(settle(disk.rename("/data/a", "/a"))).toBe("device");
  expect(settle(disk.removeFolder("/data"))).toBe(false);
});

test("a disk that is pulled out loses what was not synced, and what is open on it", () => {
  const { machine, fs, spawn } = start();
  const { own, blocking } = spawn();
  const fd = blocking.open("/data/a", "create");
  blocking.write(fd, Buffer.from("x"), 0);
  expect(machine.pullOut("/data", new SeededRandom(1))).toBe(fs);
  expect(failureOf(() => blocking.read(fd, new Uint8Array(1), 0))).toBe("other");
  expect(failureOf(() => blocking.write(fd, new Uint8Array(1), 0))).toBe("other");
  machine.mount("/data", fs);
  expect(failureOf(() => blocking.syncfs(fd))).toBe("other");
  blocking.close(fd);
  expect(own.openCount).toBe(0);
  const again = blocking.open("/data/a", "update");
  blocking.write(again, Buffer.from("y"), 0);
  blocking.close(again);
  expect(text(machine.user.read("/data/a"))).toBe("y");
});

test("the lock of a file is one process's until it closes the file or ends", () => {
  const { machine, spawn } = start();
  const [first, second] = [spawn(), spawn()];
  machine.user.write("/data/lock", new Uint8Array(0));
  const lock = ({ blocking, disk }: ReturnType<typeof spawn>) => {
    const fd = blocking.open("/data/lock", "update");
    return { fd, result: disk.lock(fd) };
  };
  const mine = lock(first);
  expect([mine.result, lock(second).result, lock(first).result]).toEqual(["taken", "held", "held"]);
  first.blocking.close(mine.fd);
  expect(lock(second).result).toBe("taken");
  expect(lock(first).result).toBe("held");
  second.process.kill();
  expect(lock(first).result).toBe("taken");
});

test("a process that is killed loses nothing that it wrote, and has nothing open any more", () => {
  const { machine, spawn } = start();
  const { process, own, blocking } = spawn();
  const fd = blocking.open("/data/a", "create");
  blocking.write(fd, Buffer.from("written"), 0);
  const queue = blocking.writeQueue();
  const results: boolean[] = [];
  queue?.begin(fd, Buffer.from("W"), 0, (written) => results.push(written));
  expect(text(machine.user.read("/data/a"))).toBe("written");
  process.kill();
  // The kernel ends what it has begun, and tells nobody.
  expect(text(machine.user.read("/data/a"))).toBe("Written");
  expect(results).toEqual([]);
  expect(own.openCount).toBe(0);
  expect(machine.user.file("/data/a")?.opened).toBe(0);
});

test("who writes to a file is known while it is open, and afterwards to who watched", () => {
  const { machine, spawn } = start();
  const { disk, blocking } = spawn();
  const writer = machine.user.writer("/data/a");
  writer.write(Buffer.from("one "));
  const fd = blocking.open("/data/a", "read");
  const watch = disk.watchWriters(fd);
  expect([disk.hasWriters(fd), watch?.noticed()]).toEqual([true, false]);
  writer.write(Buffer.from("two"));
  writer.close();
  expect([disk.hasWriters(fd), watch?.noticed()]).toEqual([false, true]);
  expect(text(machine.user.read("/data/a"))).toBe("one two");
});

test("who watches a folder hears of each changed path once in a while, and of too many that there were some", () => {
  const { sim, machine, fs, spawn } = start();
  const { disk, process } = spawn();
  const heard: (string | null)[] = [];
  const limits: string[] = [];
  const watcher = {
    changed: (path: string | null) => heard.push(path),
    limited: (limit: string) => limits.push(limit),
  };
  machine.user.makeFolder("/data/watched/deep");
  const stop = disk.watch("/data/watched", watcher, ".redes");
  machine.user.write("/data/watched/deep/a", Buffer.from("x"));
  machine.user.append("/data/watched/deep/a", Buffer.from("y"));
  machine.user.write("/data/elsewhere", Buffer.from("z"));
  machine.user.rename("/data/watched/deep/a", "/data/watched/b");
  sim.runUntil(1000);
  expect(heard.splice(0)).toEqual(["deep/a", "b"]);
  for (let file = 0; file < 1500; file++) machine.user.write(`/data/watched/${file}`, new Uint8Array(0));
  sim.runUntil(2000);
  expect(heard).toHaveLength(1001);
  expect(heard.splice(0).at(-1)).toBeNull();
  stop();
  machine.user.delete("/data/watched/b");
  sim.runUntil(3000);
  disk.watch("/data/watched", watcher, ".redes");
  machine.mount("/data", machine.pullOut("/data", new SeededRandom(1)) ?? fs);
  machine.user.write("/data/watched/c", new Uint8Array(0));
  sim.runUntil(3500);
  machine.faults.watchLimit = "instances";
  disk.watch("/data/watched", watcher, ".redes");
  machine.user.write("/data/watched/b", new Uint8Array(0));
  process.kill();
  sim.runUntil(4000);
  expect([heard, limits]).toEqual([[], ["instances"]]);
});

test("what becomes of content is told at once, with who did it", () => {
  const { machine, spawn, settle } = start();
  const { disk, blocking } = spawn();
  const told: string[] = [];
  machine.observe({
    contentLost: ({ content, cause, actor }) => {
      const who = actor.kind === "process" ? actor.name : actor.kind;
      told.push(`${text(content.bytes())} ${cause} by ${who}`);
    },
    placed: (entry, from, actor) => told.push(`${entry.name} from ${from} by ${actor.kind}`),
    taken: (entry, actor) => told.push(`${entry.name} taken by ${actor.kind}`),
  });
  machine.user.write("/data/a", Buffer.from("first"));
  machine.user.append("/data/a", Buffer.from("!"));
  machine.user.write("/data/a", Buffer.from("second"));
  machine.user.replace("/data/a", Buffer.from("third"));
  machine.user.hardLink("/data/a", "/data/b");
  expect(settle(disk.remove("/data/a"))).toBeUndefined();
  expect(settle(disk.remove("/data/b"))).toBeUndefined();
  const fd = blocking.openTmpfile("/data") ?? -1;
  blocking.linkFd(fd, { path: "/data", fd: null, release() {} }, "c");
  expect(told).toEqual([
    "first! overwritten by user",
    "a taken by user",
    "second replaced by user",
    "a from /data/a.new~ by user",
    "b from null by user",
    "a taken by process",
    "b taken by process",
    "third removed by process 101",
    "c from null by process",
  ]);
});

test("calls that go on at once may end in any order, the same order with the same chance", () => {
  const run = () => {
    const { sim, spawn } = start();
    const { disk } = spawn();
    const order: number[] = [];
    for (let call = 0; call < 20; call++) disk.makeFolder(`/data/${call}`).then(() => order.push(call));
    sim.runUntil(1000);
    return order;
  };
  const order = run();
  expect(order).not.toEqual([...order].sort((left, right) => left - right));
  expect(order).toHaveLength(20);
  expect(run()).toEqual(order);
});
