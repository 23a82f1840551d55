import { expect, setDefaultTimeout, test } from "bun:test";
import { Cluster } from "../../support/cluster.ts";
import { put } from "../../support/files.ts";
import { Terminal } from "../../support/terminal.ts";

/** A client's console while its central is away, and while it hangs. */

setDefaultTimeout(120_000);

/** Milliseconds in which a console answers whatever happens elsewhere. */
const AT_ONCE = 3000;

function clientAt(cluster: Cluster): Terminal {
  const args = ["client", "--central-port", String(cluster.centralPort), "--dir", cluster.downloads(), "--name", "ana"];
  return new Terminal(args, { cwd: cluster.root });
}

test("what is typed while the central is away is answered at once, and says what can be done", async () => {
  await using cluster = await Cluster.inStep({ count: 1 }, (folder) => put(folder(1), "a.bin", "a"));
  await using client = clientAt(cluster);
  await client.shows(/connected to the central 127\.0\.0\.1:\d+: 1 of 1 secondary, 1 file/);
  await cluster.kill(0);
  await client.shows(/the central 127\.0\.0\.1:\d+ is lost \(.*\); trying again until it is back/);
  const began = performance.now();
  client.enter("status");
  await client.shows(
    /has been away for .*\(.*\); it is tried until it is back\. Meanwhile get and put are accepted and wait/,
  );
  for (const line of ["verify a.bin", "repair a.bin", "mv a.bin b.bin", "remove a.bin", "kept", "restore a.bin"]) {
    client.enter(line);
    await client.shows(/has been away for .*\n?.*it is tried until it is back\. Meanwhile get and put/);
  }
  client.enter("list");
  await client.shows("the list comes as soon as it can");
  client.enter("get a.bin");
  client.enter("downloads");
  await client.shows(/a\.bin +waiting for the central/);
  expect(performance.now() - began).toBeLessThan(AT_ONCE);
  cluster.startCentral(["--secondaries", "1"]);
  await client.shows(/connected again to the central 127\.0\.0\.1:\d+ after .*; 1 download goes on/);
  await client.shows(/1 B verified/);
  client.enter("quit");
  expect((await client.ends()).code).toBe(0);
});

test("a central that hangs holds up no other command", async () => {
  await using cluster = await Cluster.inStep({ count: 1 }, (folder) => put(folder(1), "a.bin", "a"));
  await using client = clientAt(cluster);
  await client.shows(/connected to the central/);
  cluster.central.signal("SIGSTOP");
  try {
    client.enter("status");
    client.enter("downloads");
    await client.shows("status: no answer yet; it comes when it is there, and other commands work");
    await client.shows("nothing is downloaded here");
    await client.shows(/is lost \(nothing was heard from it for too long\)/);
    await client.shows(/error: .*the central/);
  } finally {
    cluster.central.signal("SIGCONT");
  }
  await client.shows(/connected again to the central/);
  client.enter("quit");
  expect((await client.ends()).code).toBe(0);
});
