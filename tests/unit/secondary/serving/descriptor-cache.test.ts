import { afterEach, expect, test } from "bun:test";
import fs from "node:fs";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { OpenFiles } from "../../../../src/secondary/serving/descriptor-cache.ts";
import { idOf, Shelf } from "../library-fixture.ts";

let shelf: Shelf;
let opened: number[] = [];
let closed: number[] = [];
/** What opening a file fails with, instead of being done. */
let refusal: DiskError | null = null;

afterEach(async () => {
  await shelf.library.stop();
});

async function begin(contents: Record<string, string>, limit?: number): Promise<OpenFiles> {
  shelf = new Shelf();
  opened = [];
  closed = [];
  refusal = null;
  for (const [name, content] of Object.entries(contents)) shelf.write(name, content);
  await shelf.start();
  await shelf.agree();
  const disk = {
    ...systemDisk,
    open: async (...args: Parameters<typeof systemDisk.open>) => {
      if (refusal) throw refusal;
      const fd = await systemDisk.open(...args);
      opened.push(fd);
      return fd;
    },
    close: (fd: number) => {
      closed.push(fd);
      return systemDisk.close(fd);
    },
  };
  const { clock, library } = shelf;
  return new OpenFiles({ disk, clock, library, ...(limit ? { limit } : {}) });
}

async function readAll(files: OpenFiles, content: string): Promise<string | null> {
  const file = await files.acquire(idOf(content));
  if (!file) return null;
  const buffer = new Uint8Array(file.size);
  await systemDisk.read(file.fd, buffer, 0);
  file.release();
  return Buffer.from(buffer).toString();
}

test("a version is opened once for all who read it", async () => {
  const files = await begin({ a: "one" });
  const [first, second] = await Promise.all([files.acquire(idOf("one")), files.acquire(idOf("one"))]);
  expect(first?.fd).toBe(second?.fd ?? -1);
  expect(first?.size).toBe(3);
  first?.release();
  first?.release();
  expect(await readAll(files, "one")).toBe("one");
  expect(opened).toHaveLength(1);
  expect(await files.acquire(idOf("unknown"))).toBeNull();
  files.close();
  expect(closed).toHaveLength(0);
  second?.release();
  expect(closed).toHaveLength(1);
});

test("a version replaced or deleted while it is open is served for a minute after its last use", async () => {
  const files = await begin({ a: "one", b: "uno" });
  await readAll(files, "one");
  await readAll(files, "uno");
  expect(await shelf.library.adopt([shelf.deliver("a", "two")])).toEqual(["adopted"]);
  fs.rmSync(shelf.path("b"));
  await shelf.untilHolds("b", null);
  expect(await shelf.library.hashes(idOf("one"))).toBeNull();
  expect(await files.hashes(idOf("one"))).toHaveLength(32);
  expect(files.serving(idOf("uno"))).toBe(true);
  for (let minute = 0; minute < 3; minute += 0.75) {
    expect(await readAll(files, "one")).toBe("one");
    shelf.clock.advance(45_000);
  }
  expect(await readAll(files, "uno")).toBeNull();
  expect(await readAll(files, "one")).toBe("one");
  shelf.clock.advance(120_000);
  expect(await readAll(files, "one")).toBeNull();
  expect(files.serving(idOf("one"))).toBe(false);
  expect(await files.hashes(idOf("one"))).toBeNull();
  expect(closed.sort()).toEqual(opened.sort());
});

test("a retired version that is being read is not closed", async () => {
  const files = await begin({ a: "one" });
  const file = await files.acquire(idOf("one"));
  await shelf.library.adopt([shelf.deliver("a", "two")]);
  shelf.clock.advance(600_000);
  expect(closed).toHaveLength(0);
  expect(await readAll(files, "one")).toBe("one");
  file?.release();
  shelf.clock.advance(600_000);
  expect(closed).toHaveLength(1);
});

test("a file edited in place is not served as what it was", async () => {
  const files = await begin({ a: "one", b: "uno" });
  await readAll(files, "one");
  fs.appendFileSync(shelf.path("a"), " more");
  fs.writeFileSync(shelf.path("b"), "due");
  expect(await readAll(files, "one")).toBeNull();
  expect(await readAll(files, "uno")).toBeNull();
  expect(closed.sort()).toEqual(opened.sort());
  await shelf.untilHolds("a", "one more");
  expect(await readAll(files, "one more")).toBe("one more");
});

test("another name serves the version that one has lost", async () => {
  const files = await begin({ a: "same", b: "same" });
  await readAll(files, "same");
  fs.appendFileSync(shelf.path("a"), " more");
  expect(await readAll(files, "same")).toBe("same");
  fs.appendFileSync(shelf.path("b"), " more");
  expect(await readAll(files, "same")).toBeNull();
});

test("at the bound the one unused for longest is closed, and those in use are waited for", async () => {
  const files = await begin({ a: "1", b: "2", c: "3", d: "4" }, 2);
  await readAll(files, "1");
  await readAll(files, "2");
  await readAll(files, "1");
  await readAll(files, "3");
  expect(closed).toEqual(opened.slice(1, 2));
  const [one, three] = [await files.acquire(idOf("1")), await files.acquire(idOf("3"))];
  let fourth = false;
  const waiting = readAll(files, "4").then((content) => {
    fourth = true;
    return content;
  });
  const unknown = files.acquire(idOf("unknown"));
  await systemDisk.stat("/");
  expect(fourth).toBe(false);
  one?.release();
  expect(await waiting).toBe("4");
  expect(await unknown).toBeNull();
  expect(opened.length - closed.length).toBeLessThanOrEqual(2);
  three?.release();
  files.close();
});

test("that too much is open says nothing about a file", async () => {
  const files = await begin({ a: "one" });
  const looked: string[] = [];
  shelf.library.look = (name) => looked.push(name);
  refusal = new DiskError("limit", "a", "cannot open a: too many open files");
  expect(await files.acquire(idOf("one")).catch((error: unknown) => error)).toBe(refusal);
  refusal = null;
  expect(await readAll(files, "one")).toBe("one");
  expect(looked).toEqual([]);
});

test("whoever could do without a descriptor can see that others wait for one", async () => {
  const files = await begin({ a: "1", b: "2" }, 1);
  const one = await files.acquire(idOf("1"));
  expect([files.scarce]).toEqual([false]);
  const second = readAll(files, "2");
  for (let waits = files.scarce; !waits; waits = files.scarce) await systemDisk.stat("/");
  one?.release();
  expect(await second).toBe("2");
  expect([files.scarce]).toEqual([false]);
});
