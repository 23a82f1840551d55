import { expect, test } from "bun:test";
import fs from "node:fs";
import { NestedDisks } from "../../../../src/secondary/folder/nested-disks.ts";
import { inEnglish } from "../../../support/in-english.ts";
import { IndexFixture, idOf, short } from "../index-fixture.ts";

/** A folder with a disk of its own in `sub`, which can be taken away: what is beneath it is then to be seen. */
class DiskShelf extends IndexFixture {
  readonly mounts: Set<string>;

  constructor(former?: IndexFixture) {
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
  const fixture = new DiskShelf();
  fixture.write("sub/film", "film");
  fixture.write("other", "other");
  fixture.mount();
  await fixture.start();
  fixture.guard.watch(() => {});
  return fixture;
}

test("what was on a disk within the folder is not given up when that is gone, and nothing is put in its place", async () => {
  const fixture = await started();
  fixture.unmount();
  fixture.write("sub/beneath", "beneath");
  await fixture.untilHolds("sub/film", null);
  await fixture.nextScans();
  expect(fixture.heldFiles()).toEqual([`other ${short("other")}`]);
  expect(inEnglish(await fixture.index.obstacleTo("sub/film"))).toEqual({
    reason: "the disk of the folder sub is not there",
    lasting: true,
  });
  expect(await fixture.index.install([fixture.stage("sub/film", "film")])).not.toEqual(["installed"]);
  expect(fs.readdirSync(fixture.path("sub"))).toEqual(["beneath"]);
  expect(fixture.warnings).toHaveLength(1);
  const hashed = fixture.hashed.length;
  fixture.mount();
  await fixture.untilHolds("sub/film", "film");
  expect(fixture.hashed).toHaveLength(hashed);
  expect(fixture.index.get("sub/film")).toMatchObject({ id: idOf("film") });
  await fixture.stop();
});

test("that the store fails holds nothing up, and what it has missed it gets later", async () => {
  const values = new Map<string, string>();
  let fails = true;
  const mounts = ["/", "/share/a"];
  const disks = new NestedDisks({
    disk: { mountPoints: async () => mounts },
    store: {
      meta: async (key) => values.get(key) ?? null,
      async setMeta(key, value) {
        if (fails) throw new Error("the disk is full");
        values.set(key, value);
      },
    },
  });
  await disks.load();
  expect(await disks.refresh("/share")).toBe(false);
  mounts.pop();
  expect(await disks.refresh("/share")).toBe(true);
  expect(disks.missingAbove("a/film")).toBe("a");
  expect(disks.missingAbove("ab/film")).toBeNull();
  fails = false;
  expect(await disks.refresh("/share")).toBe(false);
  expect([...values.values()]).toEqual(["a"]);
});

test("a disk within the folder that is not there at the start is known from before; files deleted on it are gone", async () => {
  const fixture = await started();
  await fixture.stop();
  fixture.unmount();
  const next = new DiskShelf(fixture);
  await next.start();
  next.guard.watch(() => {});
  expect(next.heldFiles()).toEqual([`other ${short("other")}`]);
  expect(next.kinds("sub/film")).toEqual([]);
  next.mount();
  await next.untilHolds("sub/film", "film");
  fs.rmSync(next.path("sub/film"));
  await next.untilHolds("sub/film", null);
  expect(next.store.recordsAfter("", 10).map(({ name }) => name)).toEqual(["other"]);
  await next.stop();
});
