import { expect, setDefaultTimeout, test } from "bun:test";
import { Cluster } from "../../support/cluster.ts";
import { MIB, put, randomBytes } from "../../support/files.ts";
import { Terminal } from "../../support/terminal.ts";

setDefaultTimeout(120_000);

test.each([
  ["en", "given/one.bin: it was stopped", "nothing to cancel"],
  ["es", "given/one.bin: se ha detenido", "no hay nada que cancelar"],
] as const)("what is put at a console is cancelled by name, or all of it, in %s", async (lang, stopped, nothing) => {
  await using cluster = await Cluster.inStep({ count: 1 }, (folder) => put(folder(1), "a.bin", "a"));
  cluster.leavesParts = true;
  for (const name of ["one", "two", "three", "four", "five"])
    put(cluster.root, `given/${name}.bin`, randomBytes(4 * MIB));
  const args = ["client", "--central-port", String(cluster.centralPort), "--limit-rate", "200K", "--lang", lang];
  await using client = new Terminal(args, { cwd: cluster.root });
  await client.shows("127.0.0.1");
  client.enter("put given");
  await client.draws("three that run", (drawn) => drawn.filter((row) => /\d+%/.test(row)).length >= 3);
  client.enter("cancel given/one.bin");
  await client.shows(stopped);
  client.enter("cancel");
  await client.draws("no bars", (drawn) => drawn.length === 1);
  client.enter("cancel");
  await client.shows(nothing);
  client.enter("quit");
  expect((await client.ends()).code).toBe(0);
});
