import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { PIECE_DIGESTS, type PieceDigests } from "../../../src/protocol/digests/piece-digests.ts";
import { SecondaryStore } from "../../../src/secondary/store.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { DIGESTS_BEFORE, nothing, record } from "./store-samples.ts";

test("digests are kept by version, survive, and go when they are to be forgotten", () => {
  const file = `${temporaryFolder()}/secondary.db`;
  const first = new SecondaryStore(file);
  const pieces = { "sha-256": Buffer.from("256"), "sha-1": Buffer.from("1"), merkle: Buffer.from("m") };
  const digested = { ...record, sha256: "6".repeat(64) };
  const hashes = new Uint8Array(32);
  first.save({ ...nothing, put: [{ record: digested, hashes, digests: pieces }] });
  first.save({ ...nothing, put: [{ record: { ...digested, name: "other" }, hashes }], drop: [record.name] });
  first.close();
  const second = new SecondaryStore(file);
  expect(second.recordsAfter("", 10)).toEqual([{ ...digested, name: "other" }]);
  expect(kept(second)).toEqual(["256", "1", "m"]);
  second.save({ ...nothing, drop: ["other"], undigested: [record.id] });
  expect(kept(second)).toEqual([null, null, null]);
  second.close();
});

/** The digests of each kind that a store has. */
function kept(store: SecondaryStore, id = record.id): (string | null)[] {
  return PIECE_DIGESTS.map((of) => {
    const digests = store.digests(id, of);
    return digests && Buffer.from(digests).toString();
  });
}

test("digests of each kind come at their own time", () => {
  const store = new SecondaryStore(":memory:");
  const put = (digests: PieceDigests) => store.save({ ...nothing, put: [{ record, hashes: null, digests }] });
  put({ "sha-256": Buffer.from("256") });
  expect(kept(store)).toEqual(["256", null, null]);
  put({ "sha-1": Buffer.from("1"), merkle: Buffer.from("m") });
  expect(kept(store)).toEqual(["256", "1", "m"]);
  // Those of a file without a piece are made too.
  put({ "sha-256": new Uint8Array(0) });
  expect(kept(store)).toEqual(["", "1", "m"]);
});

test("digests in a database of the sixth version are taken over", () => {
  const file = `${temporaryFolder()}/secondary.db`;
  new SecondaryStore(file).close();
  const old = new Database(file);
  old.run(DIGESTS_BEFORE);
  const insert = old.query("INSERT INTO digests VALUES (?, ?, ?, ?)");
  insert.run("1", Buffer.from("256"), Buffer.from("1"), Buffer.from("m"));
  insert.run("2", new Uint8Array(0), new Uint8Array(0), new Uint8Array(0));
  old.run("PRAGMA user_version = 6");
  old.close();
  const store = new SecondaryStore(file);
  expect([kept(store, "1"), kept(store, "2")]).toEqual([
    ["256", "1", "m"],
    ["", "", ""],
  ]);
  store.close();
});
