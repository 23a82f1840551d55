import { expect, setDefaultTimeout, test } from "bun:test";
import { Cluster } from "../../support/cluster.ts";
import { MIB, put, randomBytes } from "../../support/files.ts";
import { Terminal } from "../../support/terminal.ts";

/** What a person sees while nothing comes, or goes: what is waited for, and no rate. */

setDefaultTimeout(120_000);

const SPANISH = { LC_ALL: "es_ES.UTF-8" };
const FILM = randomBytes(12 * MIB);

/** One secondary behind a slow line. */
function slowed(fill: (folder: string) => void): Promise<Cluster> {
  return Cluster.inStep({ count: 1, proxies: true }, (folder) => fill(folder(1)));
}

test.each([
  [80, "en", {}, /^film\.mkv .*\d+% .*waiting for secondary 1$/],
  [45, "es", SPANISH, /^film\.mkv .*\d+% .*esperando al secundario 1$/],
] as const)(
  "at %d columns (%s) a console names the secondary that is stuck, and then the one that is gone",
  async (columns, _language, env, waiting) => {
    await using cluster = await slowed((folder) => put(folder, "film.mkv", FILM));
    cluster.proxy(1).rate = MIB;
    const args = ["client", "--central-port", String(cluster.centralPort), "--dir", cluster.downloads()];
    await using client = new Terminal(args, { cwd: cluster.root, columns, rows: 15, env });
    client.enter("get film.mkv");
    const moves = (rows: readonly string[]) => /^film\.mkv .*\d+% .*[KM]iB\/s/.test(rows[0] ?? "");
    const waits = (rows: readonly string[]) => waiting.test(rows[0] ?? "") && !/iB\/s/.test(rows[0] ?? "");
    await client.draws("a rate", moves);
    cluster.secondary(1).signal("SIGSTOP");
    await client.draws("the secondary that is stuck", waits);
    expect(client.frameWidth).toBeLessThan(columns + 1);
    cluster.secondary(1).signal("SIGCONT");
    await client.draws("a rate again", moves);
    await cluster.kill(1);
    await client.draws("the secondary that is gone", waits);
    cluster.proxy(1).rate = Number.POSITIVE_INFINITY;
    cluster.startSecondary(1, { proxy: true });
    await client.shows(/film\.mkv: 12[.,]0 MiB/);
    client.enter("quit");
    expect((await client.ends()).code).toBe(0);
  },
);

test("put names the secondary that is stuck, and the central that is away", async () => {
  await using cluster = await slowed((folder) => put(folder, "a.bin", "a"));
  cluster.leavesParts = true;
  put(cluster.root, "film.mkv", FILM);
  const args = ["client", "put", "film.mkv", "--central-port", String(cluster.centralPort), "--limit-rate", "1M"];
  await using client = new Terminal(args, { cwd: cluster.root });
  const moves = (rows: readonly string[]) => /^film\.mkv .*\d+% .*iB\/s .*sending$/.test(rows[0] ?? "");
  const waitsFor = (what: string) => (rows: readonly string[]) =>
    new RegExp(`^film\\.mkv .*\\d+% .*waiting for ${what}$`).test(rows[0] ?? "") && !/iB\/s/.test(rows[0] ?? "");
  await client.draws("a rate", moves);
  cluster.secondary(1).signal("SIGSTOP");
  await client.draws("the secondary that is stuck", waitsFor("secondary 1"));
  cluster.secondary(1).signal("SIGCONT");
  await client.draws("a rate again", moves);
  await cluster.kill(1);
  await cluster.kill(0);
  await client.draws("the central that is away", waitsFor("the central"));
  client.signal("SIGINT");
  expect((await client.ends()).code).not.toBe(0);
});
