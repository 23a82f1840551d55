import { expect, test } from "bun:test";
import fs from "node:fs";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { IndexFixture, started } from "../index-fixture.ts";

/** A fixture in whose folder these files are at rest, with what happens when one of them was opened to be looked at. */
function atRest(files: Record<string, string>, opened: (fixture: IndexFixture, times: number) => void = () => {}) {
  let times = 0;
  const fixture: IndexFixture = new IndexFixture({
    settled: true,
    blocking: {
      hasWriters(fd) {
        const hasWriters = systemBlockingDisk.hasWriters(fd);
        times += 1;
        opened(fixture, times);
        return hasWriters;
      },
    },
  });
  for (const [name, content] of Object.entries(files)) fixture.write(name, content);
  return fixture;
}

test("small files that are at rest are known after one look at each", async () => {
  const fixture = atRest({ a: "one", "sub/b": "two", empty: "" });
  await fixture.start();
  expect([...fixture.index.files()].map(({ name }) => name).sort()).toEqual(["a", "empty", "sub/b"]);
  for (const { name, size, id, blake3 } of fixture.index.files()) {
    const hashed = await fixture.hashing.hash(fixture.path(name), size);
    expect([id, blake3]).toEqual([hashed.id, hashed.blake3]);
    expect(await fixture.index.hashes(id)).toEqual(hashed.hashes);
  }
  await fixture.stop();
});

test("one that somebody writes to is known when that is over, as it is then", async () => {
  const fixture = atRest({ film: "part" });
  const fd = fs.openSync(fixture.path("film"), "r+");
  await fixture.start();
  expect([...fixture.index.files()]).toEqual([]);
  fs.writeSync(fd, "whole", 0);
  fs.closeSync(fd);
  fixture.tellChange("film");
  await fixture.untilHolds("film", "whole");
  await fixture.stop();
});

test("one that is changed while it is looked at, or taken away, is not known as it was", async () => {
  const fixture = atRest({ changed: "before", gone: "gone", kept: "kept" }, ({ path, write }, times) => {
    if (times !== 1) return;
    fs.rmSync(path.call(fixture, "gone"));
    write.call(fixture, "changed", "after");
  });
  await fixture.start();
  await fixture.untilHolds("changed", "after");
  expect([...fixture.index.files()].map(({ name }) => name).sort()).toEqual(["changed", "kept"]);
  await fixture.stop();
});

test("of a file without a record and one with an older one, each has what is in it", async () => {
  const fixture = await started({ old: "one" }, { settled: true });
  fixture.write("old", "two");
  fixture.write("new", "three");
  const next = await fixture.restart();
  await next.untilHolds("old", "two");
  await next.untilHolds("new", "three");
  await next.stop();
});
