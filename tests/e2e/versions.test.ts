import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../support/cluster.ts";
import { put, shared, textOf } from "../support/files.ts";

const ALL = [1, 2, 3];

function everywhere(cluster: Cluster, name: string, text: string, numbers = ALL): Promise<void> {
  return cluster.until(`${name} is ${text} everywhere`, () =>
    numbers.every((number) => textOf(cluster.folder(number), name) === text),
  );
}

test("an edition that was put back stays, though the one between returns first to a central that was started again", async () => {
  await using cluster = await Cluster.inStep({}, (folder) => put(folder(1), "doc.txt", "edition 1"));
  put(cluster.folder(1), "doc.txt", "edition 2");
  await everywhere(cluster, "doc.txt", "edition 2");
  await cluster.settled(ALL, 1);
  await cluster.kill(3);
  put(cluster.folder(1), "doc.txt", "edition 1");
  await everywhere(cluster, "doc.txt", "edition 1", [1, 2]);
  await cluster.settled([1, 2], 1);
  for (const number of [1, 2, 0]) await cluster.kill(number);
  cluster.startCentral();
  cluster.startSecondary(3);
  await cluster.settled([3], 1);
  for (const number of [1, 2]) cluster.startSecondary(number);
  await cluster.settled(ALL, 1);
  await everywhere(cluster, "doc.txt", "edition 1");
  expect(cluster.central.count("conflict")).toBe(0);
});

test("what is put under the name of a deleted file is the next version, not a conflict", async () => {
  await using cluster = await Cluster.inStep({}, (folder) => put(folder(1), "doc.txt", "old"));
  await cluster.settled(ALL, 1);
  await cluster.kill(0);
  fs.rmSync(path.join(cluster.folder(1), "doc.txt"));
  await cluster.secondary(1).waitFor("vanished");
  put(cluster.folder(1), "doc.txt", "new");
  cluster.startCentral();
  await everywhere(cluster, "doc.txt", "new");
  await cluster.settled(ALL, 1);
  expect(cluster.central.count("conflict")).toBe(0);
});

test("a secondary that has lost its database brings no removed file back, old or new", async () => {
  await using cluster = await Cluster.inStep({}, (folder) => {
    put(folder(1), "gone.txt", "old");
    put(folder(1), "stays.txt", "stays");
  });
  await cluster.kill(3);
  put(cluster.folder(1), "gone.txt", "newer");
  await everywhere(cluster, "gone.txt", "newer", [1, 2]);
  await cluster.settled([1, 2], 2);
  cluster.central.type("remove gone.txt");
  await cluster.until("it is removed", () => [1, 2].every((n) => textOf(cluster.folder(n), "gone.txt") === null));
  fs.rmSync(cluster.data(3), { recursive: true });
  cluster.startSecondary(3);
  await cluster.settled(ALL, 1);
  for (const number of ALL) expect(shared(cluster.folder(number))).toEqual(["stays.txt"]);
});
