import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../support/cluster.ts";
import { everything, MIB, put, randomBytes, textOf } from "../support/files.ts";

const ALL = [1, 2, 3];

function everywhere(cluster: Cluster, name: string, text: string | null): Promise<void> {
  return cluster.until(`${name} is ${text} everywhere`, () =>
    ALL.every((number) => textOf(cluster.folder(number), name) === text),
  );
}

/** Names of the kept files of a secondary. */
function keptAt(cluster: Cluster, number: number): string[] {
  const folder = path.join(cluster.folder(number), ".redes/kept");
  return everything(folder).map((file) => file.slice(file.indexOf("/") + 1));
}

describe("what leaves the shared folders", () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.inStep({}, (folder) => {
      put(folder(1), "films/el viaje 1.mkv", "one");
      put(folder(2), "films/large.mkv", randomBytes(3 * MIB));
      put(folder(3), "other.txt", "other");
      for (let file = 0; file < 12; file++) put(folder(3), `many/${file}.txt`, `many ${file}`);
    });
  });

  afterAll(() => cluster[Symbol.asyncDispose]());

  test("a replaced file is kept, listed by all, named in the logs, and restored everywhere", async () => {
    const name = "films/el viaje 1.mkv";
    put(cluster.folder(1), name, "two, by someone");
    await everywhere(cluster, name, "two, by someone");
    await cluster.secondary(2).waitFor("replaced", (found) => found.name === name);
    await cluster.central.waitFor("replaced", (found) => found.name === name && found.number === 1);
    // Who edits a file in place has nothing left to be kept.
    await cluster.until("it is kept", () => [2, 3].every((number) => keptAt(cluster, number).includes(name)));
    expect(keptAt(cluster, 1)).toEqual([]);
    const { central } = cluster;
    central.type("kept");
    await central.prints(/films\/el viaje 1\.mkv +1 +3 B +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +replaced +2, 3/);
    cluster.secondary(1).type("GUARDADOS");
    await cluster.secondary(1).prints(/nothing is kept/);
    central.type(`restore ${name}`);
    await everywhere(cluster, name, "one");
    await central.prints(/films\/el viaje 1\.mkv.* is back at secondary 2/);
    // What it replaced is kept in turn, once that is told, and comes back in the same way.
    await cluster.secondary(3).waitFor("replaced", (found) => found.name === name && found.size === 3);
    cluster.secondary(3).type(`restore ${name}`);
    await everywhere(cluster, name, "two, by someone");
    await cluster.secondary(3).waitFor("restored", (found) => found.name === name);
    central.type(`restore ${name} 1`);
    await everywhere(cluster, name, "one");
    await central.prints(/films\/el viaje 1\.mkv, version 1, is back at secondary 3/);
    central.type(`restore "${name}" 7`);
    await central.says(/no secondary keeps version 7 of films\/el viaje 1\.mkv/);
    expect((await cluster.list()).filter((file) => file.name.includes("conflict"))).toEqual([]);
  });

  test("a removed folder is kept, and what was removed lives again after restore", async () => {
    const { central } = cluster;
    central.type("remove many/");
    await cluster.until("it is gone", () => ALL.every((n) => !fs.existsSync(path.join(cluster.folder(n), "many"))));
    await central.prints(/12 files removed/);
    expect(ALL.map((number) => keptAt(cluster, number).filter((name) => name.startsWith("many/")).length)).toEqual([
      12, 12, 12,
    ]);
    central.type("restore many/7.txt");
    await everywhere(cluster, "many/7.txt", "many 7");
    await central.waitFor("new", (found) => found.name === "many/7.txt");
    central.type("remove *.nothing");
    await central.says(/there is no file \*\.nothing/);
    central.type("remove **/*.mkv");
    await cluster.until("the films are gone", () =>
      ALL.every((n) => !fs.existsSync(path.join(cluster.folder(n), "films"))),
    );
    await central.prints(/(^|\D)2 files removed/);
    expect((await cluster.list()).map((file) => file.name).sort()).toEqual(["many/7.txt", "other.txt"]);
    central.type("restore films/large.mkv");
    await cluster.settled(ALL, 3);
    central.type("restore nothing");
    await central.says(/the secondaries keep nothing of nothing/);
  });

  test("a file that vanishes is copied back, and both are reported by name", async () => {
    fs.rmSync(path.join(cluster.folder(2), "other.txt"));
    await cluster.secondary(2).waitFor("vanished", (found) => found.name === "other.txt");
    await cluster.central.waitFor("vanished", (found) => found.name === "other.txt" && found.number === 2);
    await cluster.secondary(2).waitFor("copied-back", (found) => found.name === "other.txt");
    await everywhere(cluster, "other.txt", "other");
  });

  test("a secondary that was killed knows what it keeps, without its database too", async () => {
    const before = keptAt(cluster, 3);
    await cluster.kill(3);
    fs.rmSync(cluster.data(3), { recursive: true });
    cluster.startSecondary(3);
    await cluster.settled(ALL, 3);
    cluster.secondary(3).type("kept");
    const rows = (await cluster.secondary(3).prints(/^file +number/)).length;
    expect(rows).toBeGreaterThan(0);
    await cluster.secondary(3).prints(/many\/11\.txt/);
    expect(keptAt(cluster, 3)).toEqual(before);
  });
});

test("with --keep 0 nothing is kept, and what is kept goes when its days are over", async () => {
  await using cluster = new Cluster();
  put(cluster.folder(1), "film", "one");
  cluster.startCentral(["--secondaries", "3"]);
  cluster.startSecondary(1);
  cluster.startSecondary(2, { args: ["--keep", "0"] });
  // A tenth of a second.
  cluster.startSecondary(3, { args: ["--keep", "0.000001"] });
  await cluster.central.waitFor("synchronized");
  put(cluster.folder(1), "film", "two");
  await everywhere(cluster, "film", "two");
  await cluster.secondary(3).waitFor("kept-gone");
  expect(ALL.map((number) => keptAt(cluster, number))).toEqual([[], [], []]);
});
