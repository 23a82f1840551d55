import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { hash, hex } from "../../src/platform/hash.ts";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes } from "../support/files.ts";
import { run } from "../support/run.ts";

setDefaultTimeout(120_000);

const FILES = { "empty.bin": 0, "large.bin": 3 * MIB + 5, "one piece.bin": MIB, "small.bin": 5 };

test("list, get and hash agree on ids, and on the hashes that other programs make", async () => {
  const contents = Object.entries(FILES).map(([name, size]) => ({ name, bytes: randomBytes(size) }));
  await using cluster = await Cluster.inStep({ count: 2 }, (folder) => {
    for (const { name, bytes } of contents) put(folder(1), name, bytes);
  });
  await cluster.settled([1, 2], contents.length);
  const dir = cluster.downloads();
  const check = async () => {
    const listed = await cluster.list();
    expect(listed.map(({ name, size, blake3 }) => ({ name, size, blake3 }))).toEqual(
      contents.map(({ name, bytes }) => ({ name, size: bytes.length, blake3: hex(hash(bytes)) })),
    );
    for (const file of listed) {
      expect(Object.keys(file).sort()).toEqual(["blake3", "hash", "id", "name", "size", "sources"]);
      expect(file.hash).toBe(file.id);
    }
    return listed;
  };
  const listed = await check();
  const names = listed.map(({ name }) => name);
  const { results } = await cluster.finish(cluster.getting(names, { dir }));
  for (const { name, id, hash: old, blake3 } of results) {
    const file = listed.find((one) => one.name === name);
    expect({ id, old, blake3 }).toEqual({ id: file?.id ?? "", old: file?.id ?? "", blake3: file?.blake3 ?? "" });
  }
  const { out } = await run(["hash", ...names], { cwd: dir });
  expect(out).toBe(listed.map(({ name, id }) => `${id}  ${name}\n`).join(""));

  // What the second one has copied it knows by the wire, also when it is alone after a restart.
  await cluster.kill(1);
  await cluster.kill(2);
  cluster.startSecondary(2);
  await cluster.until("the second one is back", async () =>
    (await cluster.list()).every(({ sources }) => sources === 1),
  );
  await check();
  expect(fs.existsSync(path.join(cluster.folder(2), "large.bin"))).toBe(true);
});
