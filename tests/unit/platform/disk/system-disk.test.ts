import { ptr } from "bun:ffi";
import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { DIRECT_UNIT, type DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { alignedBytes } from "../../../../src/platform/memory.ts";
import { temporaryFolder } from "../../../support/folder.ts";

const UNITS = 100;

/** Bytes that can be written directly, each unit of them full of its number. */
function numbered(): Uint8Array {
  const bytes = alignedBytes(UNITS * DIRECT_UNIT, DIRECT_UNIT);
  for (let unit = 0; unit < UNITS; unit++) bytes.fill(unit, unit * DIRECT_UNIT, (unit + 1) * DIRECT_UNIT);
  return bytes;
}

/** A queue for a new file of a folder; where the file system has no direct writes, through the usual descriptor. */
async function opened(folder: string) {
  const name = path.join(folder, "part");
  const file = fs.openSync(name, "w+");
  const direct = await systemDisk.openDirect(file);
  const queue = systemBlockingDisk.writeQueue();
  if (!queue) throw new Error("this system has no queue for writes");
  const close = () => {
    fs.closeSync(file);
    if (direct !== null) fs.closeSync(direct);
  };
  return { name, file, direct, fd: direct ?? file, queue, close };
}

describe("direct writes", () => {
  test("go on by themselves, and are read the usual way when they are reported", async () => {
    const { name, fd, queue, close } = await opened(temporaryFolder());
    const bytes = numbered();
    const calls: boolean[] = [];
    for (let unit = UNITS - 1; unit >= 0; unit--) {
      const piece = bytes.subarray(unit * DIRECT_UNIT, (unit + 1) * DIRECT_UNIT);
      // The queue has its bound.
      while (!queue.begin(fd, piece, unit * DIRECT_UNIT, (written) => void calls.push(written))) queue.reap(true);
    }
    while (queue.pending > 0) queue.reap(true);
    queue.reap(true);
    expect(calls).toEqual(Array(UNITS).fill(true));
    expect(fs.readFileSync(name).equals(bytes)).toBe(true);
    close();
  });

  test("that are not whole are reported as not written", async () => {
    const { direct, queue, close } = await opened(temporaryFolder());
    const calls: boolean[] = [];
    const odd = alignedBytes(2 * DIRECT_UNIT, DIRECT_UNIT).subarray(1, DIRECT_UNIT + 1);
    if (direct === null) return close();
    expect(queue.begin(direct, odd, 0, (written) => void calls.push(written))).toBe(true);
    queue.reap(true);
    expect(calls).toEqual([false]);
    expect(queue.pending).toBe(0);
    close();
  });

  test("that end together are reported together, each once and in their order", async () => {
    // Through the usual descriptor, where each has ended when it has begun.
    const { file, queue, close } = await opened(temporaryFolder());
    const bytes = alignedBytes(DIRECT_UNIT, DIRECT_UNIT);
    const calls: string[] = [];
    for (const name of ["a", "b", "c", "d"]) {
      expect(queue.begin(file, bytes, 0, (written) => void calls.push(`${name} ${written}`))).toBe(true);
    }
    while (queue.pending > 0) queue.reap(true);
    expect(calls).toEqual(["a true", "b true", "c true", "d true"]);
    queue.reap(true);
    expect(calls).toHaveLength(4);
    close();
  });

  test("there are none to a file in memory", async () => {
    if (!fs.existsSync("/dev/shm")) return;
    const folder = fs.mkdtempSync("/dev/shm/redes-test-");
    const { direct, close } = await opened(folder);
    expect(direct).toBeNull();
    close();
    fs.rmSync(folder, { recursive: true });
  });
});

test("an error names the file that a descriptor is of", () => {
  const name = path.join(temporaryFolder(), "part");
  fs.writeFileSync(name, "");
  const file = fs.openSync(name, "r");
  expect(() => systemBlockingDisk.write(file, new Uint8Array(1), 0)).toThrow(`cannot write ${name}: `);
  fs.closeSync(file);
});

test("room is reserved for the size that a file has, which keeps it", () => {
  const file = fs.openSync(path.join(temporaryFolder(), "part"), "w+");
  fs.ftruncateSync(file, 1_000_000);
  fs.writeSync(file, "here", 500_000);
  systemBlockingDisk.allocate(file, 0, 1_000_000);
  const { size, blocks } = fs.fstatSync(file);
  expect(size).toBe(1_000_000);
  expect(blocks * 512).toBeGreaterThanOrEqual(1_000_000);
  const kept = Buffer.alloc(4);
  fs.readSync(file, kept, 0, 4, 500_000);
  expect(kept.toString()).toBe("here");
  fs.closeSync(file);
});

test("no room is reserved where there is not enough", () => {
  const folder = temporaryFolder();
  const { bavail, bsize } = fs.statfsSync(folder);
  const file = fs.openSync(path.join(folder, "part"), "w+");
  try {
    // Holes take none, so that it can be longer than the disk.
    fs.ftruncateSync(file, bavail * bsize + 1024 ** 3);
    systemBlockingDisk.allocate(file, 0, fs.fstatSync(file).size);
    expect(fs.fstatSync(file).blocks).toBe(0);
  } finally {
    fs.closeSync(file);
  }
});

test("room is reserved for a part of a file alone", () => {
  const file = fs.openSync(path.join(temporaryFolder(), "part"), "w+");
  fs.ftruncateSync(file, 10_000_000);
  systemBlockingDisk.allocate(file, 4_000_000, 1_000_000);
  const taken = fs.fstatSync(file).blocks * 512;
  expect(taken).toBeGreaterThanOrEqual(1_000_000);
  expect(taken).toBeLessThan(1_100_000);
  fs.closeSync(file);
});

test("what is erased reads as zeros, keeps its place and takes no room", async () => {
  const file = fs.openSync(path.join(temporaryFolder(), "part"), "w+");
  fs.writeSync(file, Buffer.alloc(3_000_000, 1));
  await systemDisk.zeroRange(file, 1_000_000, 1_500_000);
  expect(systemBlockingDisk.punchHole(file, 0, 500_000)).toBe(true);
  const bytes = fs.readFileSync(`/proc/self/fd/${file}`);
  const zeros = (start: number, end: number) => bytes.subarray(start, end).every((byte) => byte === 0);
  expect(bytes).toHaveLength(3_000_000);
  expect([zeros(0, 500_000), zeros(500_000, 1_000_000), zeros(1_000_000, 2_500_000)]).toEqual([true, false, true]);
  expect(bytes[999_999]).toBe(1);
  expect(bytes[2_500_000]).toBe(1);
  expect(fs.fstatSync(file).blocks * 512).toBeLessThan(1_100_000);
  fs.closeSync(file);
});

test("a file's time is set to the microsecond, and its other times stay", () => {
  const file = fs.openSync(path.join(temporaryFolder(), "film"), "w+");
  const before = fs.fstatSync(file, { bigint: true });
  const time = (fs.fstatSync(file, { bigint: true }).mtimeNs / 1000n) * 1000n;
  for (const modified of [0, 1, 1_000_000_000_123_457, Number(time / 1000n), 4_102_444_800_000_001]) {
    expect(systemDisk.setModified(file, modified)).toBe(true);
    expect(fs.fstatSync(file, { bigint: true }).mtimeNs).toBe(BigInt(modified) * 1000n);
    expect(systemBlockingDisk.setModified(file, modified + 1)).toBe(true);
    expect(fs.fstatSync(file, { bigint: true }).mtimeNs).toBe(BigInt(modified + 1) * 1000n);
  }
  expect(fs.fstatSync(file, { bigint: true }).atimeNs).toBe(before.atimeNs);
  fs.closeSync(file);
});

test("memory for direct writes begins where they may", () => {
  for (const length of [1, 100, DIRECT_UNIT, 1_000_000]) {
    const bytes = alignedBytes(length, 1 << 16);
    expect(bytes).toHaveLength(length);
    expect(ptr(bytes) % (1 << 16)).toBe(0);
  }
});

test("nothing is at a path that leads through a file, by the disk as by its blocking half", async () => {
  const file = path.join(temporaryFolder(), "file");
  fs.writeFileSync(file, "");
  for (const missing of [`${file}-not`, path.join(file, "below"), path.join(file, "further/below")]) {
    expect(await systemDisk.lstat(missing)).toBeNull();
    expect(systemBlockingDisk.lstat(missing)).toBeNull();
  }
});

test("nothing is renamed over what is there, by the disk as by its blocking half", async () => {
  const folder = temporaryFolder();
  const [from, to] = [path.join(folder, "from"), path.join(folder, "to")];
  for (const rename of [
    systemDisk.renameNoReplace,
    async (one: string, two: string) => systemBlockingDisk.renameNoReplace(one, two),
  ]) {
    fs.writeFileSync(from, "new");
    fs.writeFileSync(to, "old");
    expect(await rename(from, to).catch((error: DiskError) => error.failure)).toBe("exists");
    expect(fs.readFileSync(to, "utf8")).toBe("old");
    fs.rmSync(to);
    await rename(from, to);
    expect(fs.readdirSync(folder)).toEqual(["to"]);
    expect(await rename(from, to).catch((error: DiskError) => error.failure)).toBe("missing");
  }
});

const STRACE = Bun.which("strace");

test.skipIf(STRACE === null)("where a file system cannot rename so, it is linked, or looked at once more", () => {
  const script = `import { systemDisk } from "${path.resolve("src/platform/disk/system-disk.ts")}";
    for (const from of ["one", "two"]) await systemDisk.renameNoReplace(from, "to").then(
      () => console.log("renamed"), (error) => console.log(error.failure));`;
  const unable = (error: string) => `-e inject=renameat2:error=${error}`;
  const withoutLinks = "-e inject=link,linkat:error=EPERM";
  const faultSets = ["EINVAL", "EOPNOTSUPP"].flatMap((error) => [unable(error), `${unable(error)} ${withoutLinks}`]);
  for (const faults of [...faultSets, unable("EPERM"), `${unable("EPERM")} ${withoutLinks}`]) {
    const folder = temporaryFolder();
    for (const name of ["one", "two"]) fs.writeFileSync(path.join(folder, name), name);
    fs.writeFileSync(path.join(folder, "script.ts"), script);
    const trace = `strace -f -qq -o trace -e trace=renameat2,link,linkat ${faults} "${process.execPath}" script.ts`;
    const { stdout } = Bun.spawnSync(["sh", "-c", trace], { cwd: folder });
    expect(stdout.toString()).toBe("renamed\nexists\n");
    expect(fs.readdirSync(folder).sort()).toEqual(["script.ts", "to", "trace", "two"]);
    expect(fs.readFileSync(path.join(folder, "to"), "utf8")).toBe("one");
  }
});

test.skipIf(STRACE === null)(
  "a file gets a name in the folder that is held, also where only root may link descriptors",
  () => {
    const script = `import fs from "node:fs";
    import { systemBlockingDisk as disk } from "${path.resolve("src/platform/disk/system-blocking-disk.ts")}";
    const fd = disk.openTmpfile(".") ?? -1;
    fs.mkdirSync("held");
    const folder = disk.openFolder(fs.realpathSync("held"));
    fs.renameSync("held", "moved");
    fs.mkdirSync("held");
    for (let time = 0; time < 2; time++)
      try { disk.linkFd(fd, folder, "one"); } catch (error) { console.log(error.failure); }`;
    for (const faults of ["", "-e inject=linkat:error=ENOENT:when=1+2"]) {
      const folder = temporaryFolder();
      fs.writeFileSync(path.join(folder, "script.ts"), script);
      const trace = `strace -f -qq -o trace -e trace=linkat ${faults} "${process.execPath}" script.ts`;
      const { stdout } = Bun.spawnSync(["sh", "-c", trace], { cwd: folder });
      expect(stdout.toString()).toBe("exists\n");
      expect(fs.readdirSync(path.join(folder, "moved"))).toEqual(["one"]);
      expect(fs.readdirSync(path.join(folder, "held"))).toEqual([]);
    }
  },
);

test("a folder that cannot be made is reported with what is in its place, one that was made with the topmost", async () => {
  const folder = temporaryFolder();
  expect(await systemDisk.makeFolder(path.join(folder, "a/b/c"))).toBe(path.join(folder, "a"));
  expect(await systemDisk.makeFolder(path.join(folder, "a/b"))).toBeNull();
  const file = path.join(folder, "a/file");
  fs.writeFileSync(file, "");
  for (const below of [file, path.join(file, "b"), path.join(file, "b/c")]) {
    expect(await systemDisk.makeFolder(below).catch((error: DiskError) => error.message)).toContain(
      `${file}: a file is in its place`,
    );
  }
});

test("a file that would be too large is reported as that", async () => {
  const script = `import { systemDisk } from "${path.resolve("src/platform/disk/system-disk.ts")}";
    const fd = await systemDisk.open("large", "create");
    for (const work of [() => systemDisk.truncate(fd, 4096), () => systemDisk.write(fd, new Uint8Array(4096), 0)])
      await work().catch((error) => console.log(error.failure, error.message));`;
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, "script.ts"), script);
  const { stdout } = Bun.spawnSync(["sh", "-c", `ulimit -f 1; exec "${process.execPath}" script.ts`], { cwd: folder });
  const text = "it would be larger than a file may be here (see ulimit -f, or the file system)";
  expect(stdout.toString().split("\n").slice(0, 2)).toEqual([
    `too-large cannot resize ${folder}/large: ${text}`,
    `too-large cannot write ${folder}/large: ${text}`,
  ]);
});

test("how a disk is attached is known by the device of a file on it, and is not where there is no disk", async () => {
  const { device } = (await systemDisk.stat(temporaryFolder())) ?? { device: 0n };
  expect(await systemDisk.diskSequence(device)).toMatch(/^\d*$/);
  const { device: memory } = (await systemDisk.stat("/proc")) ?? { device: 0n };
  expect(await systemDisk.diskSequence(memory)).toBe("");
});

test("the lock beyond a file's end is one open file's until that is closed, and keeps nobody from the bytes", () => {
  const file = path.join(temporaryFolder(), "file");
  const [first, second, reader] = [fs.openSync(file, "w+"), fs.openSync(file, "r+"), fs.openSync(file, "r")];
  expect([systemDisk.lockBeyondEnd(first), systemDisk.lockBeyondEnd(second)]).toEqual(["taken", "held"]);
  expect(systemDisk.lockBeyondEnd(first)).toBe("taken");
  expect(systemDisk.lock(second)).toBe("taken");
  expect(systemDisk.lockBeyondEnd(reader)).toBe("unsupported");
  fs.writeSync(second, "bytes");
  expect(fs.readFileSync(reader, "utf8")).toBe("bytes");
  // Another descriptor of the process that is closed takes nothing away, as it would with the older locks of bytes.
  fs.closeSync(reader);
  expect(systemDisk.lockBeyondEnd(second)).toBe("held");
  fs.closeSync(first);
  expect(systemDisk.lockBeyondEnd(second)).toBe("taken");
  fs.closeSync(second);
});
