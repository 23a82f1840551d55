import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes } from "../support/files.ts";
import type { Program } from "../support/process.ts";

function cluster2(count = 2): Promise<Cluster> {
  return Cluster.inStep({ count, proxies: true }, (folder) => {
    put(folder(1), "a.bin", randomBytes(8 * MIB));
    put(folder(2), "sub/b.txt", "b");
  });
}

function json(folder: string, name: string): unknown {
  return JSON.parse(fs.readFileSync(path.join(folder, name), "utf8"));
}

/** A server has an exit code of its own; a client ends by the signal. */
async function endsCleanly(program: Program, by: NodeJS.Signals | null = null): Promise<void> {
  const { code, took } = await program.terminate();
  expect([code, program.endedBy]).toEqual([by === null ? 0 : null, by]);
  expect(took).toBeLessThan(2000);
}

test("downloads are counted by file and by client, and a central killed right after the end has them", async () => {
  await using cluster = await cluster2();
  for (const name of ["ana", "bob"]) expect((await cluster.get(["a.bin"], { name })).code).toBe(0);
  expect((await cluster.get(["sub/b.txt"], { name: "ana" })).code).toBe(0);
  await cluster.kill(0);
  cluster.startCentral();
  await cluster.central.waitFor("synchronized");
  expect((await cluster.status()).statistics).toEqual({
    files: { "a.bin": 2, "sub/b.txt": 1 },
    clients: { ana: 2, bob: 1 },
  });
  cluster.central.type("NUMERO_DESCARGAS_VIDEO");
  await cluster.central.prints(/sub\/b\.txt +1/);
  cluster.central.type("VIDEOS_CLIENTE");
  await cluster.central.prints(/bob +1/);
});

test("a failed, a cancelled and a repeated download are not counted", async () => {
  await using cluster = await cluster2();
  cluster.leavesParts = true;
  const dir = cluster.downloads();
  expect((await cluster.get(["nothing"], { dir })).code).toBe(3);
  cluster.slow(MIB);
  const get = cluster.getting(["a.bin"], { dir });
  await cluster.sent([1, 2], MIB);
  get.signal("SIGINT");
  await cluster.finish(get);
  expect(get.endedBy).toBe("SIGINT");
  cluster.fast();
  expect((await cluster.status()).statistics).toEqual({ files: {}, clients: {} });
  expect((await cluster.get(["a.bin"], { dir })).code).toBe(0);
  // It is there now: nothing is downloaded.
  expect((await cluster.get(["a.bin"], { dir })).code).toBe(0);
  expect((await cluster.status()).statistics).toEqual({ files: { "a.bin": 1 }, clients: { ana: 1 } });
});

test("a secondary counts the downloads that it served, once each, and shows those that are under way", async () => {
  await using cluster = await cluster2();
  cluster.slow(2 * MIB);
  const get = cluster.getting(["a.bin"]);
  await cluster.sent([1, 2], MIB);
  cluster.secondary(1).type("VIDEOS_DESCARGANDO");
  await cluster.secondary(1).prints(/a\.bin +1/);
  // A broken connection makes no second download of it.
  cluster.slow(MIB);
  cluster.proxy(1).cut();
  await cluster.sent([1], MIB / 4);
  cluster.fast();
  expect((await cluster.finish(get)).code).toBe(0);
  await cluster.kill(1);
  cluster.startSecondary(1);
  await cluster.secondary(1).waitFor("registered");
  cluster.secondary(1).type("VIDEOS_DESCARGADOS");
  await cluster.secondary(1).prints(/a\.bin +1$/);
});

test("a clean stop writes the files of the old program, which are imported where there is no database", async () => {
  await using cluster = await cluster2();
  cluster.slow(16 * MIB);
  expect((await cluster.get(["a.bin", "sub/b.txt"], { name: "José Ñ" })).code).toBe(0);
  cluster.fast();
  for (const number of [1, 2, 0]) await endsCleanly(number === 0 ? cluster.central : cluster.secondary(number));
  const statistics = { clientes: { "José Ñ": 2 }, videos: { "a.bin": 1, "sub/b.txt": 1 } };
  expect(json(cluster.data(0), "central.json")).toEqual(statistics);
  expect(json(cluster.data(1), "secundario1.json")).toMatchObject({ "a.bin": 1 });

  for (const number of [0, 1, 2]) {
    for (const name of fs.readdirSync(cluster.data(number))) {
      if (name.includes(".sqlite")) fs.rmSync(path.join(cluster.data(number), name));
    }
  }
  put(cluster.data(0), "central.json", JSON.stringify({ clientes: { pepe: 41 }, videos: { "a.bin": 41, old: 1 } }));
  put(cluster.data(1), "secundario1.json", JSON.stringify({ "a.bin": 7 }));
  cluster.startCentral(["--secondaries", "2"]);
  for (const number of [1, 2]) cluster.startSecondary(number);
  await cluster.central.waitFor("imported");
  await cluster.secondary(1).waitFor("imported");
  await cluster.central.waitFor("synchronized");
  cluster.slow(16 * MIB);
  expect((await cluster.get(["a.bin"], { name: "pepe" })).code).toBe(0);
  cluster.fast();
  expect((await cluster.status()).statistics).toEqual({ files: { "a.bin": 42, old: 1 }, clients: { pepe: 42 } });
  await endsCleanly(cluster.secondary(1));
  expect(json(cluster.data(1), "secundario1.json")).toEqual({ "a.bin": 8 });
  // With the database there the file is not read a second time.
  await endsCleanly(cluster.central);
  cluster.startCentral();
  await cluster.central.waitFor("synchronized");
  expect((await cluster.status()).statistics.files).toEqual({ "a.bin": 42, old: 1 });
});

test("an old file that is no statistics is an error that names it, and is left as it is", async () => {
  await using cluster = new Cluster();
  const wrong = [
    "{",
    "[]",
    '{"clientes": {}}',
    '{"clientes": {"a": -1}, "videos": {}}',
    '{"clientes": {"a": "1"}, "videos": {}}',
  ];
  for (const text of wrong) {
    const file = put(cluster.data(0), "central.json", text);
    const central = cluster.startCentral();
    expect(await central.within(central.exited, "ends")).toBe(1);
    expect(central.err.all.length).toBe(1);
    expect(central.err.all.join()).toContain(`${file} holds no statistics of redes: correct it or move it away`);
    expect(fs.readFileSync(file, "utf8")).toBe(text);
  }
  const file = put(cluster.data(4), "secundario4.json", '{"a.bin": 1.5}');
  const secondary = cluster.startSecondary(4);
  expect(await secondary.within(secondary.exited, "ends")).toBe(1);
  expect(secondary.err.all.join("\n")).toContain(file);
  // Corrected, it is imported.
  put(cluster.data(0), "central.json", '{"clientes": {"ana": 3}, "videos": {"a": 3}}');
  await cluster.startCentral().waitFor("imported");
  expect((await cluster.status()).statistics).toEqual({ files: { a: 3 }, clients: { ana: 3 } });
});

test("every role ends within 2 s of SIGTERM, also in the middle of work", async () => {
  await using cluster = await cluster2();
  cluster.leavesParts = true;
  cluster.slow(2 * MIB);
  const console = cluster.client([]);
  console.type("status");
  await console.prints(/serving/);
  put(cluster.folder(1), "large.bin", randomBytes(32 * MIB));
  await cluster.sent([1], 2 * MIB);
  const get = cluster.getting(["a.bin"]);
  await cluster.sent([2], MIB);
  const { took } = await get.terminate();
  expect(took).toBeLessThan(2000);
  await cluster.finish(get);
  expect(get.endedBy).toBe("SIGTERM");
  await endsCleanly(console, "SIGTERM");
  for (const number of [2, 1, 0]) await endsCleanly(number === 0 ? cluster.central : cluster.secondary(number));
});

test("clients and files with names that objects have already are counted like all others", async () => {
  await using cluster = await Cluster.inStep({ count: 2 }, (folder) => {
    put(folder(1), "constructor", "one file");
    put(folder(1), "__proto__", "another");
  });
  for (const name of ["__proto__", "constructor"]) {
    expect((await cluster.get(["constructor", "__proto__"], { name })).code).toBe(0);
  }
  const counts = '{"__proto__":2,"constructor":2}';
  const { statistics } = await cluster.status();
  expect([JSON.stringify(statistics.clients), JSON.stringify(statistics.files)]).toEqual([counts, counts]);
  await endsCleanly(cluster.central);
  expect(JSON.stringify(json(cluster.data(0), "central.json"))).toBe(`{"clientes":${counts},"videos":${counts}}`);
});

test("a damaged database is kept under another name, and the server goes on with the counts of its last clean stop", async () => {
  await using cluster = await cluster2(1);
  expect((await cluster.get(["a.bin"], { name: "ana" })).code).toBe(0);
  for (const number of [0, 1]) await endsCleanly(number === 0 ? cluster.central : cluster.secondary(number));
  const databases = [path.join(cluster.data(0), "central.sqlite"), path.join(cluster.data(1), "secondary1.sqlite")];
  for (const database of databases) fs.writeFileSync(database, "no database".repeat(1000));
  cluster.startCentral(["--secondaries", "1"]);
  cluster.startSecondary(1);
  for (const server of [cluster.central, cluster.secondary(1)]) {
    const { kept, level } = await server.waitFor("database-damaged");
    expect(level).toBe("warn");
    expect(fs.readFileSync(String(kept), "utf8")).toStartWith("no database");
  }
  await cluster.central.waitFor("synchronized");
  expect((await cluster.get(["a.bin"], { name: "ana" })).code).toBe(0);
  expect((await cluster.status()).statistics).toEqual({ files: { "a.bin": 2 }, clients: { ana: 2 } });
});

test("statistics that cannot be written at the stop are reported, with exit code 1, and are in the database", async () => {
  await using cluster = await cluster2(1);
  expect((await cluster.get(["a.bin"], { name: "ana" })).code).toBe(0);
  const files = [path.join(cluster.data(0), "central.json"), path.join(cluster.data(1), "secundario1.json")];
  for (const file of files) fs.mkdirSync(file);
  for (const [index, server] of [cluster.central, cluster.secondary(1)].entries()) {
    expect((await server.terminate()).code).toBe(1);
    const { message } = await server.waitFor("failed");
    expect(message).toStartWith(`cannot write the statistics ${files[index]}: `);
    expect(message).toEndWith("they are safe in the database");
  }
  for (const file of files) fs.rmdirSync(file);
  cluster.startCentral(["--secondaries", "1"]);
  cluster.startSecondary(1);
  await cluster.central.waitFor("synchronized");
  expect((await cluster.status()).statistics).toEqual({ files: { "a.bin": 1 }, clients: { ana: 1 } });
});
