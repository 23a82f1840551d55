import { expect, test } from "bun:test";
import path from "node:path";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes, same, textOf } from "../support/files.ts";

test("secondaries and a client that were there before the central", async () => {
  await using cluster = new Cluster();
  put(cluster.folder(2), "carta.txt", "hola");
  for (const number of [3, 1, 2]) cluster.startSecondary(number);
  const dir = cluster.downloads();
  const get = cluster.getting(["carta.txt"], { dir });
  await get.says(/waiting for the central.*127\.0\.0\.1:\d+: nobody listens there/);
  for (const number of [1, 2, 3]) {
    await cluster
      .secondary(number)
      .waitFor("listening", ({ ip, port }) => ip === "127.0.0.1" && typeof port === "number");
    await cluster.secondary(number).waitFor("waiting", ({ message }) => message.includes("nobody listens there"));
  }
  cluster.startCentral();
  const { code, results } = await cluster.finish(get);
  expect(code).toBe(0);
  expect(results).toMatchObject([{ event: "done", name: "carta.txt", size: 4 }]);
  expect(textOf(dir, "carta.txt")).toBe("hola");
  for (const number of [1, 2, 3]) {
    await cluster.secondary(number).waitFor("registered");
    await cluster.holds(number, ["carta.txt"]);
  }
});

test("until three secondaries are in step, clients are told what is missing", async () => {
  await using cluster = new Cluster();
  const central = cluster.startCentral();
  put(cluster.folder(1), "a.bin", randomBytes(3 * MIB));
  cluster.startSecondary(1);
  await central.waitFor("secondary", ({ number }) => number === 1);

  const list = cluster.client(["list"]);
  expect(await list.exited).toBe(1);
  expect(list.err.all.join()).toContain("1 of 3 secondaries registered, 2 missing");

  const dir = cluster.downloads();
  const get = cluster.getting(["a.bin"], { dir });
  await get.says(/1 of 3 secondaries registered, 2 missing/);
  cluster.startSecondary(2);
  await central.waitFor("secondary", ({ number }) => number === 2);
  await get.says(/2 of 3 secondaries registered, 1 missing/);
  expect(await cluster.status()).toMatchObject({ synchronized: false });
  expect(central.count("synchronized")).toBe(0);

  cluster.startSecondary(3);
  const { code } = await cluster.finish(get);
  expect(code).toBe(0);
  expect(central.count("synchronized")).toBe(1);
  expect(await same(path.join(dir, "a.bin"), path.join(cluster.folder(1), "a.bin"))).toBe(true);
  const [listed] = await cluster.list();
  expect(listed).toMatchObject({ name: "a.bin", size: 3 * MIB, sources: 3 });
});

test("one secondary is enough with --secondaries 1, and later any number above zero", async () => {
  await using cluster = await Cluster.inStep({ count: 1 }, (folder) => put(folder(1), "a.txt", "one"));
  expect(await cluster.list()).toMatchObject([{ name: "a.txt", size: 3, sources: 1 }]);
  put(cluster.folder(2), "b.txt", "two");
  cluster.startSecondary(2);
  await cluster.settled([1, 2], 2);
  await cluster.secondary(1).terminate();
  expect((await cluster.get(["a.txt", "b.txt"])).code).toBe(0);
});

test("five secondaries, each with a file of its own", async () => {
  await using cluster = await Cluster.inStep({ count: 5 }, (folder) => {
    for (let number = 1; number <= 5; number++) put(folder(number), `only-${number}.bin`, randomBytes(MIB * number));
  });
  const names = [1, 2, 3, 4, 5].map((number) => `only-${number}.bin`);
  for (let number = 1; number <= 5; number++) {
    await cluster.holds(number, names);
    for (const name of names) {
      const source = path.join(cluster.folder(Number(name.charAt(5))), name);
      expect(await same(source, path.join(cluster.folder(number), name))).toBe(true);
    }
  }
  expect((await cluster.list()).map(({ sources }) => sources)).toEqual([5, 5, 5, 5, 5]);
});
