import { expect, setDefaultTimeout, test } from "bun:test";
import { Cluster } from "../../support/cluster.ts";
import { lastingPort } from "../../support/port.ts";
import { run } from "../../support/run.ts";
import { siteOf } from "../../support/site.ts";

setDefaultTimeout(120_000);

async function answer(url: string): Promise<[number, string]> {
  const response = await fetch(url);
  return [response.status, await response.text()];
}

test("servers say over HTTP whether they are alive, and whether they serve", async () => {
  await using cluster = new Cluster();
  cluster.startCentral(["--secondaries", "1", "--http", "0"]);
  const central = await siteOf(cluster.central);
  expect(await answer(`${central}/healthz`)).toEqual([200, "alive\n"]);
  expect(await answer(`${central}/readyz`)).toEqual([503, "not serving: 0 of 1 secondary registered, 1 missing\n"]);
  const secondary = await siteOf(cluster.startSecondary(1, { args: ["--http", "127.0.0.1:0"] }));
  await cluster.central.waitFor("synchronized");
  expect(await answer(`${central}/readyz`)).toEqual([200, "serving\n"]);
  expect(await answer(`${secondary}/readyz`)).toEqual([200, "serving\n"]);
  expect((await answer(`${secondary}/elsewhere`))[0]).toBe(404);
});

test("a port that is taken, or that everyone could reach, is refused with what to do", async () => {
  using taken = Bun.serve({ hostname: "127.0.0.1", port: lastingPort(), fetch: () => new Response("") });
  await using cluster = new Cluster();
  const open = await run(["central", "--http", "0.0.0.0:0"], { cwd: cluster.root });
  expect([open.code, open.err]).toEqual([
    2,
    "redes: --http 0.0.0.0:0: anyone who reaches that address could connect; give a --key-file, add --open to allow that, or use a loopback address\n",
  ]);
  const word = await run(["central", "--http", "web"], { cwd: cluster.root });
  expect([word.code, word.err]).toEqual([
    2,
    "redes: --http web: it takes PORT or IP:PORT, an IP address of this machine, an IPv6 one in brackets\n",
  ]);
  const busy = await run(["central", "--port", "0", "--http", String(taken.port)], { cwd: cluster.root });
  expect(busy.code).toBe(1);
  expect(busy.err).toContain(`cannot listen on 127.0.0.1:${taken.port}: the port is in use`);
  const spanish = ["central", "--lang", "es", "--port", "0", "--http", String(taken.port)];
  expect((await run(spanish, { cwd: cluster.root })).err).toContain(
    `redes: no se puede escuchar en 127.0.0.1:${taken.port}: el puerto está en uso: `,
  );
});
