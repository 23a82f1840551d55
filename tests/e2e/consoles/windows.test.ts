import { expect, setDefaultTimeout, test } from "bun:test";
import { Cluster } from "../../support/cluster.ts";
import { MIB, put, randomBytes } from "../../support/files.ts";
import { Terminal } from "../../support/terminal.ts";

/** What a person sees of downloads in windows of usual and small sizes. */

setDefaultTimeout(120_000);

/** Six files of which three run and three wait. */
function slowed(): Promise<Cluster> {
  return Cluster.inStep({ count: 1, proxies: true }, (folder) => {
    for (let number = 1; number <= 6; number++) {
      put(folder(1), `series/episode ${number} of a long story.mkv`, randomBytes(8 * MIB));
    }
  });
}

test.each([
  [80, 24],
  [120, 40],
  [45, 15],
])(
  "at %p x %p what runs has name, percent, rate and time left; what waits its place; and there is a sum",
  async (columns, rows) => {
    await using cluster = await slowed();
    cluster.leavesParts = true;
    cluster.proxy(1).rate = 0.2 * MIB;
    const args = ["client", "--central-port", String(cluster.centralPort), "--dir", cluster.downloads()];
    await using client = new Terminal(args, { cwd: cluster.root, columns, rows });
    await client.shows(/connected to the central/);
    for (let number = 1; number <= 6; number++) client.enter(`get series/episode ${number} of a long story.mkv`);
    const running = /^serie\S*.*… ?\S*\.mkv +([█░]+ +)?\d+% .*[\d.]+ [KM]iB\/s +ETA \d+ (s|min)|^series\/episode/;
    const drawn = await client.draws("three that run and three that wait", (drawn) => {
      const waiting = drawn.filter((row) => / waiting [123]\/3( {2}~\d+ (s|min))?$/.test(row));
      const moving = drawn.filter((row) => running.test(row) && / [KM]iB\/s +ETA \d+ (s|min)/.test(row));
      return moving.length === 3 && waiting.length === 3;
    });
    expect(drawn).toHaveLength(8);
    expect(drawn.at(-2)).toMatch(/^6 (files )?left {2}.* [KM]iB\/s/);
    expect(client.frameWidth).toBeLessThan(columns);
    client.enter("downloads");
    await client.shows(/waiting 3\/3/);
    client.enter("quit");
    expect((await client.ends()).code).toBe(0);
  },
);

test.each([
  [80, 24],
  [45, 15],
])("at %p x %p there is a sum of what is put too, and what waits has its place", async (columns, rows) => {
  await using cluster = await Cluster.inStep({ count: 1 }, (folder) => put(folder(1), "a.bin", "a"));
  // The puts are ended in their middle, and can be resumed.
  cluster.leavesParts = true;
  for (let number = 1; number <= 5; number++) put(cluster.root, `given/scene ${number}.mkv`, randomBytes(4 * MIB));
  const args = ["client", "--central-port", String(cluster.centralPort), "--limit-rate", "500K"];
  await using client = new Terminal(args, { cwd: cluster.root, columns, rows });
  await client.shows(/connected to the central/);
  client.enter("put given");
  const drawn = await client.draws("three that run, two that wait, and all", (drawn) => {
    const waiting = drawn.filter((row) => / waiting [12]\/2( |$)/.test(row));
    return waiting.length === 2 && /^5 (files )?left .*\/20\.0 MiB/.test(drawn.at(-2) ?? "");
  });
  expect(drawn).toHaveLength(7);
  expect(client.frameWidth).toBeLessThan(columns);
  client.enter("quit");
  expect((await client.ends()).code).toBe(0);
});
