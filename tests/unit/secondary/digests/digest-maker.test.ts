import { afterEach, beforeEach, expect, test } from "bun:test";
import fs from "node:fs";
import type { DigestMaker } from "../../../../src/secondary/digests/digest-maker.ts";
import { drive, driveThrough } from "../../../support/drive.ts";
import { type IndexFixture, idOf } from "../index-fixture.ts";
import { MakerFixture, sha256 } from "./maker-fixture.ts";

let making: MakerFixture;
let fixture: IndexFixture;
let maker: DigestMaker;
let suspected: unknown[];
let logged: string[];
/** Names of files that were read for digests. */
let read: string[];

beforeEach(() => {
  making = new MakerFixture();
  ({ files: fixture, maker, suspected, logged, read } = making);
});

afterEach(() => making.stop());

const allMade = () => making.allMade();
const known = (of = fixture) => making.known(of);

test("the digests of files that have none are made once the folder is there, and told and kept", async () => {
  fixture.write("a", "one");
  fixture.write("b", "two");
  fixture.write("c", "two");
  await fixture.start();
  expect(maker.progress).toEqual({ files: 2, bytes: 6 });
  maker.resume();
  await allMade();
  expect(known(fixture)).toEqual([
    ["a", sha256("one")],
    ["b", sha256("two")],
    ["c", sha256("two")],
  ]);
  // Each version was read once.
  expect(read).toHaveLength(2);
  expect(fixture.changes.filter(({ kind }) => kind === "digested")).toHaveLength(3);
  const stored = await fixture.index.digests(idOf("one"), "sha-256");
  expect(stored && Buffer.from(stored).toString("hex")).toBe(sha256("one"));
  await maker.stop();
  const next = await fixture.restart();
  expect(known(next)).toEqual(known(fixture));
  await next.stop();
});

test("what is made is stored in few steps, of two hundred versions at most", async () => {
  for (let file = 0; file < 201; file++) fixture.write(`f${file}`, `content ${file}`);
  await fixture.start();
  const { index } = fixture;
  const flush = index.flush.bind(index);
  const readBefore: number[] = [];
  index.flush = () => {
    readBefore.push(read.length);
    return flush();
  };
  maker.resume();
  await allMade();
  expect(readBefore).toEqual([200, 201]);
});

test("another name of a version has its digests without reading", async () => {
  fixture.write("a", "one");
  await fixture.start();
  maker.resume();
  await allMade();
  fixture.write("b", "one");
  fixture.index.recheck("b");
  await drive(fixture.clock, "it is found", () => known(fixture).length === 2);
  await allMade();
  expect(known(fixture).map(([, hash]) => hash)).toEqual([sha256("one"), sha256("one")]);
  expect(read).toEqual(["a"]);
});

test("a file whose disk gives other bytes is read again by those who repair, and gets none", async () => {
  fixture.write("a", "one");
  await fixture.start();
  const { mtime, atime } = fs.statSync(fixture.path("a"));
  const before = fs.lstatSync(fixture.path("a"), { bigint: true });
  fs.writeFileSync(fixture.path("a"), "onf");
  fs.utimesSync(fixture.path("a"), atime, mtime);
  // Damage changes no times.
  const inner = fixture.hashing.digest;
  fixture.hashing.digest = async (...args) => {
    const hashed = await inner(...args);
    return { ...hashed, stat: { ...hashed.stat, mtimeNs: before.mtimeNs, ctimeNs: before.ctimeNs } };
  };
  maker.resume();
  await drive(fixture.clock, "it was read", () => suspected.length === 1);
  expect(suspected).toEqual([[idOf("one"), 0]]);
  // What failed is still to be done.
  expect(maker.progress).toEqual({ files: 1, bytes: 3 });
  expect(known(fixture)).toEqual([["a", null]]);
  // It is tried again, much later.
  fixture.clock.advance(600_000);
  await drive(fixture.clock, "it was read again", () => suspected.length === 2);
});

test("what was made of a file that somebody has changed is thrown away, and the new version gets its own", async () => {
  fixture.write("a", "one");
  await fixture.start();
  fixture.write("a", "two");
  maker.resume();
  await drive(fixture.clock, "the change is found", () => known(fixture)[0]?.[1] === sha256("two"));
  expect(suspected).toEqual([]);
  expect(await fixture.index.digests(idOf("one"), "sha-256")).toBeNull();
});

test("a file that is gone needs none", async () => {
  fixture.write("a", "one");
  await fixture.start();
  fs.rmSync(fixture.path("a"));
  fixture.index.recheck("a");
  await drive(fixture.clock, "it is gone", () => known(fixture).length === 0);
  maker.resume();
  await allMade();
  expect([logged, suspected]).toEqual([[], []]);
});

test("what is being made waits while the folder is away, and goes on", async () => {
  fixture.write("a", "one");
  await fixture.start();
  maker.resume();
  maker.suspend();
  await driveThrough(fixture.clock, Bun.sleep(0));
  maker.suspend();
  expect(maker.progress.files).toBe(1);
  maker.resume();
  await allMade();
  expect(known(fixture)).toEqual([["a", sha256("one")]]);
});

test("a version that somebody waits for comes first, and he is told how many bytes that takes", async () => {
  fixture.write("a", "one");
  fixture.write("b", "four");
  await fixture.start();
  expect(maker.want({ id: idOf("four"), size: 4, torrent: false })).toEqual({ why: "making", left: 4 });
  maker.resume();
  await allMade();
  expect(read).toEqual(["b", "a"]);
});

test("work that takes long is told at its beginning and at its end, and short work is not", async () => {
  fixture.write("a", "one");
  await fixture.start();
  maker.resume();
  await allMade();
  expect(logged).toEqual([]);
  const inner = fixture.hashing.digest;
  fixture.hashing.digest = (...args) => {
    fixture.clock.advance(3000);
    return inner(...args);
  };
  for (const name of ["b", "c", "d"]) {
    fixture.write(name, name);
    fixture.index.recheck(name);
  }
  await drive(fixture.clock, "they are made", () => known(fixture).filter(([, hash]) => hash).length === 4, 100);
  await drive(fixture.clock, "the end", () => logged.length === 2);
  expect(logged[0]).toMatch(/^making hashes of \d files? for HTTP, in the background: \d B to go$/);
  expect(logged[1]).toMatch(/^hashes of \d files? made$/);
});

test("what another secondary announced of a copy is compared with what is made of it here", async () => {
  fixture.write("a", "one");
  await fixture.start();
  maker.ordered([{ id: idOf("one"), sha256: "f".repeat(64) }]);
  maker.resume();
  await allMade();
  await drive(fixture.clock, "it is told", () => logged.length === 1);
  expect(logged[0]).toContain(`the SHA-256 ${"f".repeat(64)} of a`);
  expect(known(fixture)).toEqual([["a", sha256("one")]]);
});
