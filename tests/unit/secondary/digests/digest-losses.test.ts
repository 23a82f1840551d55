import { afterEach, beforeEach, expect, test } from "bun:test";
import fs from "node:fs";
import { PLAIN_DIGESTS } from "../../../../src/protocol/digests/piece-digests.ts";
import { idOf } from "../index-fixture.ts";
import { MakerFixture, sha256 } from "./maker-fixture.ts";

/** The content of all files. */
const ONE = { id: idOf("one"), size: 3, torrent: false };

let making: MakerFixture;

beforeEach(() => {
  making = new MakerFixture({ hashScope: "digests" });
});

afterEach(() => making.stop());

/** A file of which no digests are known, as copies are. */
async function copied(name: string): Promise<void> {
  expect(await making.files.index.install([making.files.stage(name, "one")])).toEqual(["installed"]);
}

test("a copy has the digests of its version also when another file of it got them first", async () => {
  const { files, maker } = making;
  await files.start();
  await copied("copy");
  files.write("own", "one");
  files.index.recheck("own");
  await making.until("it is known", () => files.index.get("own")?.sha256 === sha256("one"));
  maker.resume();
  await making.allMade();
  expect(making.known()).toEqual([
    ["copy", sha256("one")],
    ["own", sha256("one")],
  ]);
  expect(making.read).toEqual([]);
});

test("what is made and not stored when the disk goes is made again once it is back", async () => {
  const { files, maker } = making;
  const { guard, index, folder, hashing } = files;
  await files.start();
  await copied("copy");
  const { digest } = hashing;
  hashing.digest = async (...args) => {
    const made = await digest(...args);
    if (making.read.length === 1) fs.renameSync(folder, `${folder}.away`);
    return made;
  };
  guard.watch((there) => {
    if (there) void index.resume().then(() => maker.resume());
    else {
      index.pause();
      maker.suspend();
    }
  });
  maker.resume();
  await making.until("it is noticed", () => !guard.isPresent);
  expect([maker.progress.files, making.known()]).toEqual([1, [["copy", null]]]);
  fs.renameSync(`${folder}.away`, folder);
  await making.allMade();
  expect(making.known()).toEqual([["copy", sha256("one")]]);
});

test("what the database cannot store is still to be done", async () => {
  const { files, maker } = making;
  await files.start();
  await copied("copy");
  const save = files.store.save.bind(files.store);
  files.store.save = () => {
    throw new Error("no space");
  };
  maker.resume();
  await making.until("it was made", () => making.read.length === 1 && files.warnings.length > 0);
  expect([maker.progress.files, making.known()]).toEqual([1, [["copy", null]]]);
  files.store.save = save;
  await making.until("it is stored", () => making.known()[0]?.[1] === sha256("one"), 1000);
  files.clock.advance(600_000);
  await making.allMade();
  expect(making.read).toHaveLength(1);
});

test("digests that the database has lost are made again when somebody asks for them", async () => {
  const { files, maker } = making;
  files.write("own", "one");
  await files.start();
  maker.resume();
  const nothing = { put: [], drop: [], vanished: [], forget: [], planned: [], over: [] };
  files.store.save({ ...nothing, undigested: [ONE.id] });
  expect(maker.want(ONE)).toEqual({ why: "making", left: 3 });
  await making.allMade();
  const stored = await files.index.digests(ONE.id, "sha-256");
  expect(Buffer.from(stored ?? "").toString("hex")).toBe(sha256("one"));
  expect(making.kinds).toEqual([PLAIN_DIGESTS]);
});

test("a version that is away for a moment while it is read is read again, and nothing is told", async () => {
  const { files, maker } = making;
  const { index, hashing } = files;
  await files.start();
  await copied("copy");
  const { digest } = hashing;
  hashing.digest = (path, size, kinds, reach, onBytes) => {
    const first = making.read.length === 0;
    return digest(path, size, kinds, reach, (done) => {
      const { byId } = index;
      if (first) index.byId = () => undefined;
      const isWanted = onBytes(done);
      index.byId = byId;
      return isWanted;
    });
  };
  maker.resume();
  await making.allMade();
  expect([making.read, making.logged]).toEqual([["copy", "copy"], []]);
  expect(making.known()).toEqual([["copy", sha256("one")]]);
});
