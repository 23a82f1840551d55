import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes, same, shared, textOf } from "../support/files.ts";
import { MAY_MOUNT, Tmpfs } from "../support/tmpfs.ts";

test("a pipe in a name's place: the cluster serves, the obstacle is reported everywhere, and the file comes once it is gone", async () => {
  await using cluster = await Cluster.inStep({ count: 2 }, (folder) => {
    put(folder(1), "film", randomBytes(5 * MIB));
    put(folder(1), "other", "x");
    spawnSync("mkfifo", [path.join(folder(2), "film")]);
  });
  const reason = "film: a pipe, socket or device stands here in its place";
  expect((await cluster.status()).secondaries[1]).toMatchObject({ state: "copying", obstacles: 1, obstacle: reason });
  await cluster.secondary(2).waitFor("obstacle");
  const { code } = await cluster.get(["film"]);
  expect(code).toBe(0);
  fs.rmSync(path.join(cluster.folder(2), "film"));
  const paths = [1, 2].map((number) => path.join(cluster.folder(number), "film"));
  await cluster.until("it is copied", () => same(paths[0] ?? "", paths[1] ?? ""));
  await cluster.until("nothing is in the way", async () => !(await cluster.status()).secondaries[1]?.obstacles);
  // It was named once, and never called copied before it was.
  const lines = cluster.secondary(2).err.all.map((line) => JSON.parse(line) as { event: string; message: string });
  expect(lines.filter(({ event }) => event === "obstacle")).toHaveLength(1);
});

test("a file here and a folder there: both are everywhere, the file under another name", async () => {
  await using cluster = await Cluster.inStep({}, (folder) => {
    put(folder(1), "project", "file");
    put(folder(2), "project/plan.txt", "inner");
    put(folder(3), "other", "x");
  });
  const names = shared(cluster.folder(1));
  expect(names).toHaveLength(3);
  const conflict = names.find((name) => name.startsWith("project.conflict-")) ?? "";
  for (const number of [1, 2, 3]) {
    expect(shared(cluster.folder(number))).toEqual(names);
    expect(textOf(cluster.folder(number), conflict)).toBe("file");
    expect(textOf(cluster.folder(number), "project/plan.txt")).toBe("inner");
  }
});

describe.if(MAY_MOUNT)("on small disks", () => {
  test("of two files that do not fit together one is finished, and the other when there is room", async () => {
    await using cluster = new Cluster();
    using disk = new Tmpfs(cluster.folder(2), "16m");
    for (const name of ["a", "b"]) put(cluster.folder(1), name, randomBytes(12 * MIB));
    put(cluster.folder(1), "small", "x");
    cluster.startCentral(["--secondaries", "2"]);
    for (const number of [1, 2]) cluster.startSecondary(number);
    await cluster.central.waitFor("synchronized");
    const both = () => shared(cluster.folder(2));
    await cluster.until("one of them is there", () => both().length === 2);
    const [state] = (await cluster.status()).secondaries.slice(1);
    expect(state).toMatchObject({ state: "copying", obstacles: 1, obstacle: expect.stringContaining("no room") });
    disk.change("size=40m");
    await cluster.until("the other is there too", () => both().length === 3);
    for (const name of ["a", "b"]) {
      const paths = [1, 2].map((number) => path.join(cluster.folder(number), name));
      await cluster.until(`${name} is the same`, () => same(paths[0] ?? "", paths[1] ?? ""));
    }
  });

  test("files come, are replaced and removed in a subfolder that is a disk of its own", async () => {
    await using cluster = new Cluster();
    using _disk = new Tmpfs(path.join(cluster.folder(2), "sub"), "32m");
    put(cluster.folder(1), "sub/film", randomBytes(5 * MIB));
    put(cluster.folder(1), "sub/small", "old");
    put(cluster.folder(1), "beside", "x");
    cluster.startCentral(["--secondaries", "2"]);
    for (const number of [1, 2]) cluster.startSecondary(number);
    await cluster.central.waitFor("synchronized");
    expect(shared(cluster.folder(2))).toEqual(["beside", "sub/film", "sub/small"]);
    put(cluster.folder(1), "sub/film", randomBytes(6 * MIB));
    put(cluster.folder(1), "sub/small", "new");
    const paths = [1, 2].map((number) => path.join(cluster.folder(number), "sub/film"));
    await cluster.until("both are replaced", async () => {
      return textOf(cluster.folder(2), "sub/small") === "new" && (await same(paths[0] ?? "", paths[1] ?? ""));
    });
    expect((await cluster.status()).secondaries.map(({ obstacles = 0 }) => obstacles)).toEqual([0, 0]);
  });
});
