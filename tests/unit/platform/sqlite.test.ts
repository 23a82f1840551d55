import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { type Migration, StoreDatabase, StoreError } from "../../../src/platform/sqlite.ts";
import { temporaryFolder } from "../../support/folder.ts";

const makeTable: Migration = (db) => db.run("CREATE TABLE numbers (number INTEGER NOT NULL) STRICT");
const addNumber: Migration = (db) => db.run("INSERT INTO numbers VALUES (7)");

const newFile = () => path.join(temporaryFolder(), "store.db");
const open = (file: string, ...migrations: Migration[]) => StoreDatabase.open(file, { owner: "test", migrations });
const numbersIn = ({ db }: StoreDatabase) =>
  db
    .query<{ number: number }, []>("SELECT number FROM numbers")
    .all()
    .map(({ number }) => number);

describe("the database of a store", () => {
  test("goes through each migration once, from where it is", () => {
    const file = newFile();
    open(file, makeTable).close();
    for (let time = 0; time < 2; time++) {
      const database = open(file, makeTable, addNumber);
      expect(numbersIn(database)).toEqual([7]);
      database.close();
    }
  });

  test("stays at its version when a migration fails, and nothing of it is left", () => {
    const file = newFile();
    const fails: Migration = (db) => {
      addNumber(db);
      db.run("INSERT INTO nowhere VALUES (1)");
    };
    open(file, makeTable).close();
    expect(() => open(file, makeTable, fails)).toThrow(StoreError);
    const database = open(file, makeTable);
    expect(numbersIn(database)).toEqual([]);
    expect(database.damaged).toBeNull();
    database.close();
  });

  test("whose first page was lost while it was made is made again", () => {
    const file = newFile();
    // As SQLite begins the journal of a transaction on an empty file: magic, no records, nonce, pages before, sizes.
    const journal = Buffer.alloc(512);
    journal.set([0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]);
    journal.writeUInt32BE(512, 20);
    journal.writeUInt32BE(4096, 24);
    fs.writeFileSync(file, Buffer.alloc(4096));
    fs.writeFileSync(`${file}-journal`, journal);
    const database = open(file, makeTable, addNumber);
    expect(database.damaged).toBeNull();
    expect(numbersIn(database)).toEqual([7]);
    database.close();
  });

  test("of a newer version is refused, and stays as it is", () => {
    const file = newFile();
    open(file, makeTable, addNumber).close();
    expect(() => open(file, makeTable)).toThrow(/was written by a newer version of redes/);
    const database = new Database(file);
    expect(database.query("PRAGMA user_version").get()).toEqual({ user_version: 2 });
    database.close();
  });

  test("keeps single values by their keys", () => {
    const file = newFile();
    const database = open(file, makeTable);
    expect(database.meta("a")).toBeNull();
    database.setMeta("a", "1");
    database.setMeta("a", "2");
    database.setMeta("b", "3");
    database.deleteMeta("b");
    expect([database.meta("a"), database.meta("b")]).toEqual(["2", null]);
    database.close();
  });

  test("imports what an old installation left once, and all of it or nothing", () => {
    const file = newFile();
    const database = open(file, makeTable);
    const failing = () => {
      addNumber(database.db);
      throw new Error("unreadable");
    };
    expect(() => database.importLegacy(failing)).toThrow("unreadable");
    expect([database.legacyImported(), numbersIn(database)]).toEqual([false, []]);
    expect(database.importLegacy(() => addNumber(database.db))).toBe(true);
    expect(database.importLegacy(() => addNumber(database.db))).toBe(false);
    expect([database.legacyImported(), numbersIn(database)]).toEqual([true, [7]]);
    database.close();
  });
});
