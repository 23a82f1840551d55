import { expect, test } from "bun:test";
import fs from "node:fs";
import { InnerDisks } from "../../../../src/secondary/folder/nested-disks.ts";
import { idOf, Shelf, short } from "../library-fixture.ts";

/** A folder with a disk of its own in `sub`, which can be taken away: what is beneath it is then to be seen. */
class DiskShelf extends Shelf {
  readonly mounts: Set<string>;

  constructor(former?: Shelf) {
    const mounts = new Set<string>();
    const again = former ? { folder: former.folder, store: former.store } : {};
    super({ ...again, disk: { mountPoints: async () => ["/", ...mounts] } });
    this.mounts = mounts;
  }

  mount(): void {
    if (fs.existsSync(this.path(".redes/away"))) {
      fs.rmSync(this.path("sub"), { recursive: true });
      fs.renameSync(this.path(".redes/away"), this.path("sub"));
    }
    this.mounts.add(this.path("sub"));
  }

  unmount(): void {
    fs.renameSync(this.path("sub"), this.path(".redes/away"));
    fs.mkdirSync(this.path("sub"));
    this.mounts.clear();
  }
}

async function started(): Promise<DiskShelf> {
  const shelf = new DiskShelf();
  shelf.write("sub/film", "film");
  shelf.write("other", "other");
  shelf.mount();
  await shelf.start();
  shelf.guard.watch(() => {});
  return shelf;
}

test("what was on a disk within the folder is not given up when that is gone, and nothing is put in its place", async () => {
  const shelf = await started();
  shelf.unmount();
  shelf.write("sub/beneath", "beneath");
  await shelf.untilHolds("sub/film", null);
  await shelf.nextScans();
  expect(shelf.holdings()).toEqual([`other ${short("other")}`]);
  expect(await shelf.library.obstacleTo("sub/film")).toEqual({
    reason: "the disk of the folder sub is not there",
    lasting: true,
  });
  expect(await shelf.library.adopt([shelf.deliver("sub/film", "film")])).not.toEqual(["adopted"]);
  expect(fs.readdirSync(shelf.path("sub"))).toEqual(["beneath"]);
  expect(shelf.warnings).toHaveLength(1);
  const hashed = shelf.hashed.length;
  shelf.mount();
  await shelf.untilHolds("sub/film", "film");
  expect(shelf.hashed).toHaveLength(hashed);
  expect(shelf.library.get("sub/film")).toMatchObject({ id: idOf("film") });
  await shelf.stop();
});

test("that the store fails holds nothing up, and what it has missed it gets later", async () => {
  const facts = new Map<string, string>();
  let fails = true;
  const mounts = ["/", "/share/a"];
  const disks = new InnerDisks({
    disk: { mountPoints: async () => mounts },
    store: {
      meta: async (key) => facts.get(key) ?? null,
      async setMeta(key, value) {
        if (fails) throw new Error("the disk is full");
        facts.set(key, value);
      },
    },
  });
  await disks.load();
  expect(await disks.refresh("/share")).toBe(false);
  mounts.pop();
  expect(await disks.refresh("/share")).toBe(true);
  expect(disks.awayAbove("a/film")).toBe("a");
  expect(disks.awayAbove("ab/film")).toBeNull();
  fails = false;
  expect(await disks.refresh("/share")).toBe(false);
  expect([...facts.values()]).toEqual(["a"]);
});

test("a disk within the folder that is not there at the start is known from before; files deleted on it are gone", async () => {
  const shelf = await started();
  await shelf.stop();
  shelf.unmount();
  const next = new DiskShelf(shelf);
  await next.start();
  next.guard.watch(() => {});
  expect(next.holdings()).toEqual([`other ${short("other")}`]);
  expect(next.kinds("sub/film")).toEqual([]);
  next.mount();
  await next.untilHolds("sub/film", "film");
  fs.rmSync(next.path("sub/film"));
  await next.untilHolds("sub/film", null);
  expect(next.store.remembered("", 10).map(({ name }) => name)).toEqual(["other"]);
  await next.stop();
});
