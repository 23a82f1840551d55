import { expect, test } from "bun:test";
import { Cluster } from "../support/cluster.ts";
import { everything, put, randomBytes } from "../support/files.ts";

/** A cluster of two, of which the second alone has a file, and cannot be reached, when the central comes back. */
async function withLateSecondary(): Promise<Cluster> {
  const cluster = await Cluster.inStep({ count: 2 }, (folder) => put(folder(1), "old.bin", randomBytes(5000)));
  await cluster.kill(1);
  put(cluster.folder(2), "new.bin", randomBytes(5000));
  await cluster.until("the new file is listed", async () => (await cluster.list()).length === 2);
  cluster.secondary(2).signal("SIGSTOP");
  await cluster.kill(0);
  const central = cluster.startCentral();
  cluster.startSecondary(1);
  await central.waitFor("synchronized");
  return cluster;
}

test("after the central's restart nobody is given a part of the files as all of them", async () => {
  await using cluster = await withLateSecondary();
  const dir = cluster.downloads();
  const one = await cluster.get(["old.bin"], { dir });
  expect(one.code).toBe(0);
  const listed = cluster.client(["list"]);
  expect(await listed.exited).toBe(1);
  await listed.says(/secondary 2 has not come back since the central was started/);
  const verified = cluster.client(["verify", "--dir", dir]);
  expect(await verified.exited).toBe(1);
  const all = cluster.client(["get", "--all", "--dir", dir]);
  await all.says(/secondary 2 has not come back/);
  cluster.secondary(2).signal("SIGCONT");
  expect(await all.exited).toBe(0);
  expect(everything(dir)).toEqual(["new.bin", "old.bin"]);
  expect((await cluster.list()).map(({ name }) => name)).toEqual(["new.bin", "old.bin"]);
});

test("a secondary that does not come back is waited for a while, and not for ever", async () => {
  await using cluster = await withLateSecondary();
  const all = cluster.client(["get", "--all", "--dir", cluster.downloads()]);
  await cluster.central.waitFor("absent");
  expect(await all.exited).toBe(0);
  expect((await cluster.list()).map(({ name }) => name)).toEqual(["old.bin"]);
  cluster.secondary(2).signal("SIGCONT");
  await cluster.until("the other file is listed", async () => (await cluster.list()).length === 2);
});
