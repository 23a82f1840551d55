import { expect, test } from "bun:test";
import { type Disk, DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { edited, idOf, short, started } from "../index-fixture.ts";

/** Somebody elsewhere has put another content in the place of "one", and then "one" again. */
function madeAgain(name: string) {
  return { name, id: idOf("one"), vector: "aaaaaaaa:3", edits: `33333333 22222222 ${short("one")}` };
}

test("a later version of the same content is not what somebody has put another file over, before that is checked", async () => {
  const fixture = await started({ edited: "one", kept: "one" });
  await fixture.agree();
  fixture.write("edited", "mine");
  await fixture.index.applyAgreed(["edited", "kept"].map(madeAgain));
  expect(fixture.index.get("kept")).toMatchObject({ vector: "aaaaaaaa:3", changed: false });
  await fixture.untilHolds("edited", "mine");
  expect(fixture.index.get("edited")).toMatchObject({
    vector: "aaaaaaaa:1",
    edits: expect.stringMatching(edited(short("one"))),
    changed: true,
  });
  await fixture.stop();
});

test("the number of the very version needs no look at the file, nor one that cannot be seen a number of another", async () => {
  let failing = false;
  const lstat: Disk["lstat"] = async (path) => {
    if (failing && path.endsWith("film")) throw new DiskError("other", path, "EIO");
    return systemDisk.lstat(path);
  };
  const fixture = await started({ film: "one" }, { disk: { lstat } });
  failing = true;
  await fixture.agree();
  await fixture.index.applyAgreed([madeAgain("film")]);
  expect(fixture.index.get("film")).toMatchObject({ vector: "aaaaaaaa:1", changed: false });
  failing = false;
  await fixture.index.applyAgreed([madeAgain("film")]);
  expect(fixture.index.get("film")).toMatchObject({ vector: "aaaaaaaa:3", changed: false });
  await fixture.stop();
});
