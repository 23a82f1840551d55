import { expect, setDefaultTimeout, test } from "bun:test";
import { Cluster } from "../../support/cluster.ts";
import { put } from "../../support/files.ts";
import { run } from "../../support/run.ts";

setDefaultTimeout(120_000);

test("a secondary that is ended cleanly is stopped, one that is killed is lost, and forget takes either from the list", async () => {
  await using cluster = await Cluster.inStep({ count: 3 }, (folder) => put(folder(1), "a.bin", "a"));
  const { central } = cluster;
  cluster.secondary(2).type("quit");
  expect(await cluster.secondary(2).exited).toBe(0);
  await central.waitFor("stopped", ({ number }) => number === 2);
  await cluster.kill(3);
  await central.waitFor("lost", ({ number }) => number === 3);
  expect([central.count("stopped"), central.count("lost")]).toEqual([1, 1]);

  const rows = async () => {
    const { out } = await run(["client", "status", "--central-port", String(cluster.centralPort)], {
      cwd: cluster.root,
    });
    return out
      .split("\n")
      .flatMap((line) => /^ +(\d) +\S+ +(in step|stopped|lost) /.exec(line)?.slice(1).join(" ") ?? []);
  };
  expect(await rows()).toEqual(["1 in step", "2 stopped", "3 lost"]);
  const secondaries = (await cluster.status()).secondaries as readonly { state: string; reason?: string }[];
  expect(secondaries.map(({ state, reason }) => [state, reason])).toEqual([
    ...[
      ["in step", undefined],
      ["lost", "it was stopped"],
      ["lost", undefined],
    ],
  ]);

  for (const number of [2, 3]) {
    central.type(`forget ${number}`);
    await central.waitFor("forgotten", (event) => event.number === number);
  }
  await cluster.until("the rows are gone", async () => (await rows()).join() === "1 in step");
});
