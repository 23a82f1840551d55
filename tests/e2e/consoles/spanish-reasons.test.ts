import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { Cluster } from "../../support/cluster.ts";
import { put } from "../../support/files.ts";
import { run } from "../../support/run.ts";

/** What a secondary says of itself, to somebody at another machine who speaks Spanish. */

setDefaultTimeout(120_000);

const SPANISH = { LC_ALL: "es_ES.UTF-8" };

test("why a secondary copies, takes or puts back something not, or shares nothing, is told in Spanish", async () => {
  await using cluster = await Cluster.inStep({ count: 2 }, (folder) => put(folder(1), "a.bin", "a"));
  const port = ["--central-port", String(cluster.centralPort)];
  const said = async (...args: string[]) => {
    const { out, err } = await run([...args, ...port], { cwd: cluster.root, env: SPANISH });
    // Of doctor, whose columns break it, as one row.
    return (out + err).replaceAll(/\s+/g, " ");
  };
  mkdirSync(join(cluster.folder(2), "choque.bin"));
  put(cluster.root, "choque.bin", "otro");
  expect(await said("client", "put", "choque.bin", "--to", "2", "--wait", "0")).toContain(
    "choque.bin: aquí, en su lugar, hay una carpeta",
  );
  put(cluster.folder(1), "choque.bin", "otro");
  await cluster.until("secondary 2 says that it cannot copy it", async () => {
    return (await cluster.status()).secondaries.some(({ obstacles = 0 }) => obstacles > 0);
  });
  const obstacle = "choque.bin: aquí, en su lugar, hay una carpeta";
  expect(await said("client", "status")).toContain(`el secundario 2 no puede copiar ${obstacle}`);
  expect(await said("doctor")).toContain(`no puede copiar 1 archivo, el primero: ${obstacle}`);
  const [, second] = (await cluster.status()).secondaries;
  expect(second).toMatchObject({ obstacle: "choque.bin: a folder stands here in its place" });
  expect(await said("client", "remove", "a.bin", "--yes")).toContain("a.bin");
  const removed = [1, 2].map((number) => join(cluster.folder(number), "a.bin"));
  await cluster.until("it is removed everywhere", () => !removed.some((path) => existsSync(path)));
  for (const path of removed) mkdirSync(path);
  expect(await said("client", "restore", "a.bin")).toMatch(
    /a\.bin no se ha devuelto: secundario \d: no se puede devolver a\.bin: aquí, en su lugar, hay una carpeta; secundario/,
  );
  const folder = cluster.folder(2);
  renameSync(folder, `${folder}-away`);
  await cluster.until("secondary 2 says that its folder is gone", async () => {
    return (await cluster.status()).secondaries.some(({ state }) => state === "disk missing");
  });
  expect(await said("client", "status")).toMatch(/secundario 2: no está la carpeta compartida .*videos2/);
  expect(await said("doctor")).toMatch(/pero falta su disco: no está la carpeta compartida .*videos2/);
  renameSync(`${folder}-away`, folder);
});
