import { expect, test } from "bun:test";
import { Cluster } from "../support/cluster.ts";
import { everything, put, randomBytes } from "../support/files.ts";
import { Terminal } from "../support/terminal.ts";

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
  for (const command of [["list"], ["verify", "--dir", dir], ["mv", "new.bin", "other.bin"]]) {
    const atOnce = cluster.client([...command, "--wait", "0"]);
    expect(await atOnce.exited).toBe(1);
    await atOnce.says(/secondary 2 has not come back since the central was started/);
  }
  const all = cluster.client(["get", "--all", "--dir", dir]);
  await all.says(/secondary 2 has not come back/);
  const listed = cluster.client(["list", "--json"]);
  cluster.secondary(2).signal("SIGCONT");
  expect(await all.exited).toBe(0);
  expect(everything(dir)).toEqual(["new.bin", "old.bin"]);
  expect(await listed.exited).toBe(0);
  expect(JSON.parse(listed.out.all.join("\n"))).toMatchObject([{ name: "new.bin" }, { name: "old.bin" }]);
});

test("somebody at a terminal is told for whom a list waits, and may end that; a quiet one says nothing", async () => {
  await using cluster = await withLateSecondary();
  const port = ["--central-port", String(cluster.centralPort)];
  const commands = [["list"], ["verify"], ["remove", "old.bin"], ["mv", "a", "b"], ["get", "--all", "--dry-run"]];
  for (const command of commands) {
    await using waiting = new Terminal(["client", ...command, ...port], { cwd: cluster.root, columns: 120 });
    await waiting.shows(/redes: waiting [\d.]+ s at most, Ctrl-C ends it: secondary 2 has not come back/);
    waiting.type("\x03");
    await waiting.ends();
    expect(waiting.endedBy).toBe("SIGINT");
  }
  const spanish = { cwd: cluster.root, columns: 120, env: { LC_ALL: "es_ES.UTF-8" } };
  await using esperando = new Terminal(["client", "list", ...port], spanish);
  await esperando.shows(/redes: se espera 20[\d,]* s como mucho, Ctrl-C lo termina: el secundario 2 no ha vuelto/);
  await using quiet = new Terminal(["client", "list", "--quiet", ...port], { cwd: cluster.root });
  cluster.secondary(2).signal("SIGCONT");
  await quiet.shows("new.bin");
  expect(quiet.text).not.toContain("waiting");
  expect((await quiet.ends()).code).toBe(0);
  expect((await esperando.ends()).code).toBe(0);
});

test("a secondary that does not come back is waited for a while, and not for ever", async () => {
  await using cluster = await withLateSecondary();
  const dir = cluster.downloads();
  put(dir, "given.bin", randomBytes(10));
  const waiting = [
    ["get", "--all", "--dir", dir],
    ["get", "*", "--dry-run", "--dir", cluster.downloads()],
    ["list"],
    ["verify", "old.bin", "--repair", "--dir", cluster.downloads()],
    ["put", "given.bin"],
  ].map((command) => cluster.client(command, { cwd: dir }));
  await cluster.central.waitFor("absent");
  for (const program of waiting) expect(await program.within(program.exited, "ends")).toBe(0);
  expect((await cluster.list()).map(({ name }) => name)).toEqual(["given.bin", "old.bin"]);
  cluster.secondary(2).signal("SIGCONT");
  await cluster.until("the other file is listed", async () => (await cluster.list()).length === 3);
});
