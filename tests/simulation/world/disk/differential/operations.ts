import {
  type BlockingDisk,
  DIRECT_UNIT,
  type Disk,
  DiskError,
  type FileStat,
  type OpenMode,
  sameFile,
  type WriteWatch,
} from "../../../../../src/platform/disk/disk.ts";
import { alignedBytes } from "../../../../../src/platform/memory.ts";
import type { SeededRandom } from "../../random.ts";

/** A disk on which operations are tried, in a folder of their own. */
export interface World {
  readonly disk: Disk;
  readonly blocking: BlockingDisk;
  /** The folder, without links. */
  readonly root: string;
  makeLink(path: string, target: string): void;
}

/** What the operations of one run have open, by number. */
export class Slots {
  readonly files = new Map<number, number>();
  /** Those of direct writes: only whole units are written by them. */
  readonly direct = new Set<number>();
  readonly watches = new Map<number, WriteWatch>();
}

/** `text` names it for people. `run` gives what came of it, in a form that is the same on every disk. */
export interface Operation {
  readonly text: string;
  run(world: World, slots: Slots): Promise<unknown>;
}

/** A name that is one byte too long. */
const LONG = "n".repeat(256);
/** Few names, so that operations meet. */
const NAMES = ["a", "b", "c", "a/x", "a/y", "b/x", "a/x/deep", "c/x", "link", "link/x", "a/link", "ñandú", LONG];
const TARGETS = ["a", "../b", "missing", "link", "a/x", "b/x"];
const MODES: readonly OpenMode[] = ["read", "read-no-link", "change", "update", "create"];
const POSITIONS = [0, 1, 100, 4095, 4096, 5000, 8192, 12_288, 100_000];
const LENGTHS = [0, 1, 100, 4096, 5000, 10_000, 40_960];
const SLOTS = 4;
/** Nanoseconds since 1970: times before are those that an operation has set. */
const LATEST_SET_NS = 1_000_000_000_000_000_000n;

/** Draws the operations of a run. */
export function drawOperations(random: SeededRandom, count: number): Operation[] {
  // Room that is taken and not written is a hole or is none: it depends on what the kernel has in memory.
  const files = [...COMMON_ON_FILES, random.chance(0.5) ? ALLOCATE : HOLES];
  return Array.from({ length: count }, () => random.pick(random.chance(0.5) ? ON_NAMES : files)(random));
}

/** Does an operation and tells what came of it, an error too. */
export async function outcome(operation: Operation, world: World, slots: Slots): Promise<string> {
  const readable = (value: unknown) =>
    JSON.stringify(value, (_, each) => (typeof each === "bigint" ? `${each}` : each))
      ?.replaceAll(world.root, "ROOT")
      .replaceAll(LONG, "LONG")
      .replace(/#\d+ /, "#NUMBER ");
  try {
    return readable(await operation.run(world, slots)) ?? "nothing";
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    // What the runtime says of the rest is for people alone.
    const message = error.failure === "other" ? "" : error.message;
    return `${error.failure} ${readable(error.path)} ${readable(message)}`;
  }
}

type Draw = (random: SeededRandom) => Operation;

function onName(text: string, run: (world: World, path: string) => unknown): Draw {
  return (random) => {
    const name = random.pick(NAMES);
    return { text: `${text} ${name}`, run: async (world) => run(world, `${world.root}/${name}`) };
  };
}

function onNames(text: string, run: (world: World, from: string, to: string) => unknown): Draw {
  return (random) => {
    const [from, to] = [random.pick(NAMES), random.pick(NAMES)];
    return {
      text: `${text} ${from} ${to}`,
      run: async (world) => run(world, `${world.root}/${from}`, `${world.root}/${to}`),
    };
  };
}

interface Range {
  readonly position: number;
  readonly length: number;
}

function onFile(
  text: string,
  run: (world: World, fd: number, range: Range, slots: Slots, slot: number) => unknown,
): Draw {
  return (random) => {
    const slot = random.below(SLOTS);
    const range = { position: random.pick(POSITIONS), length: random.pick(LENGTHS) };
    return {
      text: `${text} slot ${slot}, ${range.position} + ${range.length}`,
      async run(world, slots) {
        const fd = slots.files.get(slot);
        if (fd === undefined) return "no file";
        return run(world, fd, slots.direct.has(fd) ? wholeUnits(range) : range, slots, slot);
      },
    };
  };
}

function wholeUnits({ position, length }: Range): Range {
  const round = (bytes: number) => bytes - (bytes % DIRECT_UNIT);
  return { position: round(position), length: round(length) };
}

/** Opens something in the place of what the slot has. */
function opening(
  text: string,
  open: (world: World, name: string, mode: OpenMode, slots: Slots) => Promise<number | null>,
): Draw {
  return (random) => {
    const [slot, name, mode] = [random.below(SLOTS), random.pick(NAMES), random.pick(MODES)];
    return {
      text: `${text} ${name} ${mode} slot ${slot}`,
      async run(world, slots) {
        const fd = await open(world, `${world.root}/${name}`, mode, slots);
        const before = slots.files.get(slot);
        if (fd !== null) slots.files.set(slot, fd);
        if (fd !== null && before !== undefined) {
          slots.direct.delete(before);
          await world.disk.close(before);
        }
        return fd === null ? "none" : "open";
      },
    };
  };
}

function pattern({ position, length }: Range): Uint8Array {
  const bytes = alignedBytes(length, DIRECT_UNIT);
  for (let index = 0; index < length; index++) bytes[index] = 1 + ((position + index * 7) % 251);
  return bytes;
}

function shown(stat: FileStat | null) {
  if (!stat) return null;
  const { kind, size, mtimeNs, allocated } = stat;
  const mtime = mtimeNs < LATEST_SET_NS ? mtimeNs : "now";
  if (kind === "folder") return { kind, mtime };
  // Where there are many holes the file system needs some more blocks to tell where they are.
  const held = allocated === 0 ? "nothing" : allocated < size ? "a part" : "all";
  return { kind, size, mtime, held };
}

const digest = (bytes: Uint8Array) => Bun.hash(bytes).toString(16);

const ON_NAMES: readonly Draw[] = [
  onName("stat", async ({ disk }, path) => shown(await disk.stat(path))),
  onName("lstat", async ({ disk }, path) => shown(await disk.lstat(path))),
  onName("lstat at once", ({ blocking }, path) => shown(blocking.lstat(path))),
  onName("realpath", ({ disk }, path) => disk.realpath(path)),
  onName("realpath at once", ({ blocking }, path) => blocking.realpath(path)),
  onName("readLink", ({ disk }, path) => disk.readLink(path)),
  onName("list", async ({ disk }, path) => (await disk.list(path)).map(({ name, kind }) => `${name} ${kind}`).sort()),
  onName("makeFolder", ({ disk }, path) => disk.makeFolder(path)),
  onName("makeSubfolder", ({ disk }, path) => disk.makeSubfolder(path)),
  onName("makeSubfolder at once", ({ blocking }, path) => blocking.makeSubfolder(path)),
  onName("remove", ({ disk }, path) => disk.remove(path)),
  onName("removeIf it is a file", ({ disk }, path) => disk.removeIf(path, (there) => there?.kind !== "folder")),
  onName("removeFolder", ({ disk }, path) => disk.removeFolder(path)),
  onName("removeFolder at once", ({ blocking }, path) => blocking.removeFolder(path)),
  onName("syncFolder", ({ disk }, path) => disk.syncFolder(path)),
  onName("acceptsAnyName", ({ disk }, path) => disk.acceptsAnyName(path)),
  onNames("rename", ({ disk }, from, to) => disk.rename(from, to)),
  onNames("renameIf it is no file", ({ disk }, from, to) => disk.renameIf(from, to, (there) => there?.kind !== "file")),
  onNames("renameNoReplace", ({ disk }, from, to) => disk.renameNoReplace(from, to)),
  onNames("renameNoReplace at once", ({ blocking }, from, to) => blocking.renameNoReplace(from, to)),
  onNames("link", ({ disk }, from, to) => disk.link(from, to)),
  onNames("same", async ({ disk }, left, right) => {
    const [one, other] = [await disk.lstat(left), await disk.lstat(right)];
    return one && other && sameFile(one, other);
  }),
  (random) => {
    const [name, target] = [random.pick(NAMES), random.pick(TARGETS)];
    return {
      text: `symlink ${name} to ${target}`,
      run: async (world) => {
        const there = await world.disk.lstat(`${world.root}/${name}`).catch(() => "no such place");
        const parent = await world.disk.stat(`${world.root}/${name}`.replace(/\/[^/]*$/, "")).catch(() => null);
        if (there === null && parent?.kind === "folder") world.makeLink(`${world.root}/${name}`, target);
      },
    };
  },
];

const COMMON_ON_FILES: readonly Draw[] = [
  opening("open", ({ disk }, path, mode) => disk.open(path, mode)),
  opening("open", ({ disk }, path, mode) => disk.open(path, mode)),
  opening("open at once", async ({ blocking }, path, mode) => blocking.open(path, mode)),
  opening("openTmpfile", async ({ blocking }, path) => blocking.openTmpfile(path)),
  opening("openDirect", async ({ disk }, _path, _mode, { files, direct }) => {
    const [fd] = files.values();
    const opened = fd === undefined ? null : await disk.openDirect(fd);
    if (opened !== null) direct.add(opened);
    return opened;
  }),
  opening("open again", async ({ disk }, _path, _mode, { files }) => {
    const [fd] = files.values();
    return fd === undefined ? null : disk.open(`/proc/self/fd/${fd}`, "read");
  }),
  onFile("stat again", async ({ disk }, fd) => shown(await disk.stat(`/proc/self/fd/${fd}`))),
  onFile("fstat", async ({ disk }, fd) => shown(await disk.fstat(fd))),
  onFile("fstat at once", ({ blocking }, fd) => shown(blocking.fstat(fd))),
  onFile("read", async ({ disk }, fd, { position, length }) => {
    const buffer = new Uint8Array(length);
    return `${await disk.read(fd, buffer, position)} ${digest(buffer)}`;
  }),
  onFile("read at once", ({ blocking }, fd, { position, length }) => {
    const buffer = new Uint8Array(length);
    return `${blocking.read(fd, buffer, position)} ${digest(buffer)}`;
  }),
  onFile("write", ({ disk }, fd, range) => disk.write(fd, pattern(range), range.position)),
  onFile("write at once", ({ blocking }, fd, range) => blocking.write(fd, pattern(range), range.position)),
  onFile("write queued", async ({ blocking }, fd, range) => {
    const queue = blocking.writeQueue();
    const results: boolean[] = [];
    if (range.length === 0 || !queue?.begin(fd, pattern(range), range.position, (ok) => results.push(ok))) return null;
    while (queue.pending > 0) queue.reap(true);
    return results;
  }),
  onFile("truncate", ({ disk }, fd, { position, length }) => disk.truncate(fd, position + length)),
  onFile("truncate at once", ({ blocking }, fd, { position }) => blocking.truncate(fd, position)),
  onFile("zeroRange", async ({ disk }, fd, { position, length }) => {
    const { size, kind } = await disk.fstat(fd);
    return kind === "file" && size > position ? disk.zeroRange(fd, position, Math.min(length, size - position)) : null;
  }),
  onFile("punchHole", ({ blocking }, fd, { position, length }) => blocking.punchHole(fd, position, length)),
  onFile("linkFd", ({ disk, root }, fd, { position }) => disk.linkFd(fd, `${root}/${NAMES[position % NAMES.length]}`)),
  onFile("setModified", ({ disk }, fd, { position }) => disk.setModified(fd, 1_000_000_123_456 + position)),
  onFile("sync", ({ disk }, fd) => disk.sync(fd)),
  onFile("syncfs", ({ blocking }, fd) => blocking.syncfs(fd)),
  onFile("lock", ({ disk }, fd) => disk.lock(fd)),
  onFile("lockBeyondEnd", ({ disk }, fd) => disk.lockBeyondEnd(fd)),
  onFile("hasWriters", async ({ disk }, fd) => ((await disk.fstat(fd)).kind === "file" ? disk.hasWriters(fd) : null)),
  onFile("watchWriters", async ({ disk }, fd, _range, slots, slot) => {
    const watch = (await disk.fstat(fd)).kind === "file" ? disk.watchWriters(fd) : null;
    slots.watches.get(slot)?.stop();
    slots.watches.delete(slot);
    if (watch) slots.watches.set(slot, watch);
    return watch !== null;
  }),
  onFile("noticed", (_world, _fd, _range, slots, slot) => slots.watches.get(slot)?.noticed() ?? null),
  onFile("clone", ({ blocking }, fd, _range, { files }) => blocking.clone(fd, [...files.values()][0] ?? fd)),
  onFile("close", async ({ disk }, fd, _range, slots, slot) => {
    slots.files.delete(slot);
    slots.direct.delete(fd);
    await disk.close(fd);
  }),
];

const ALLOCATE = onFile("allocate", ({ blocking }, fd, { position, length }) => {
  const { size, kind } = blocking.fstat(fd);
  if (kind === "file" && size > position) blocking.allocate(fd, position, Math.min(length, size - position));
});

const HOLES = onFile("holes", async ({ disk, blocking }, fd, { position, length }) => {
  const { kind } = await disk.fstat(fd);
  return kind === "file"
    ? [blocking.holes(fd, position, length), disk.hasHole(fd, position, length), disk.nextHole(fd, position)]
    : null;
});
