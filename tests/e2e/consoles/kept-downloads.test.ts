import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../../support/cluster.ts";
import { MIB, put, randomBytes, same } from "../../support/files.ts";
import { Terminal } from "../../support/terminal.ts";

/** Downloads that stand: in pause, and from before. */

setDefaultTimeout(120_000);

const NAME = "series/one.bin";

function slowed(): Promise<Cluster> {
  return Cluster.inStep({ count: 1, proxies: true }, (folder) => put(folder(1), NAME, randomBytes(24 * MIB)));
}

test("what an earlier client left is listed, and resume goes on with it; --force replaces what is there", async () => {
  await using cluster = await slowed();
  const dir = cluster.downloads();
  const start = () => {
    const args = ["client", "--central-port", String(cluster.centralPort), "--dir", dir, "--name", "ana"];
    return new Terminal(args, { cwd: cluster.root });
  };
  cluster.proxy(1).rate = 2 * MIB;
  {
    await using client = start();
    client.enter(`get ${NAME}`);
    await client.draws("some progress", (rows) => / [1-9]\d*%/.test(rows[0] ?? ""));
    client.enter("pause");
    await client.shows(/series\/one\.bin: paused at [\d.]+ MiB of 24\.0 MiB; resume goes on/);
    client.enter("resume");
    await client.shows("series/one.bin: goes on");
    client.enter("quit");
    await client.ends();
  }
  await using client = start();
  await client.shows(/connected to the central/);
  client.enter("downloads");
  await client.shows(/series\/one\.bin +left from before +[\d.]+ MiB +24\.0 MiB\nresume NAME goes on with one/);
  cluster.proxy(1).rate = Number.POSITIVE_INFINITY;
  client.enter(`REANUDAR ${NAME}`);
  await client.shows(/series\/one\.bin: goes on from [\d.]+ MiB of 24\.0 MiB/);
  await client.shows(/24\.0 MiB verified in .* of it were there, from secondary 1/);
  client.enter("downloads");
  await client.shows("nothing is downloaded here, and nothing is left from before");
  const copy = path.join(dir, NAME);
  fs.writeFileSync(copy, "mine");
  client.enter(`get ${NAME}`);
  await client.shows("exists with other content: move it, or replace it with get --force");
  client.enter(`get --force ${NAME}`);
  await client.shows(/24\.0 MiB verified/);
  expect(await same(copy, path.join(cluster.folder(1), NAME))).toBe(true);
  client.enter("quit");
  await client.ends();
});

test("a script that pauses its download ends with its input, and says what is kept", async () => {
  await using cluster = await slowed();
  cluster.leavesParts = true;
  cluster.proxy(1).rate = 2 * MIB;
  const program = cluster.client(["--dir", cluster.downloads()]);
  program.type(`get ${NAME}`);
  await program.says(/one\.bin: [1-9]\d*%/);
  program.type("pause");
  program.closeInput();
  expect(await program.exited).toBe(1);
  expect(program.err.all.join("\n")).toMatch(
    /one\.bin: stopped; [\d.]+ MiB of 24\.0 MiB are kept in .*\.part, and the next get goes on from there/,
  );
});
