import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../../support/cluster.ts";
import { siteOf } from "../../support/site.ts";

setDefaultTimeout(120_000);

/** A name with everything that has a meaning in addresses. */
const NAME = "films/año 100% #1?.mkv";
const ESCAPED = "/files/films/a%C3%B1o%20100%25%20%231%3F.mkv";

/** What a server says without being followed elsewhere. */
async function ask(url: string, init: RequestInit = {}): Promise<[number, string | null, string]> {
  const response = await fetch(url, { redirect: "manual", ...init });
  return [response.status, response.headers.get("location"), await response.text()];
}

function put(folder: string): void {
  fs.mkdirSync(path.join(folder, "films"));
  fs.writeFileSync(path.join(folder, NAME), "content");
}

test("the central sends each who comes to another secondary that has the file", async () => {
  await using cluster = new Cluster();
  put(cluster.folder(1));
  cluster.startCentral(["--secondaries", "3", "--http", "0"]);
  for (const number of [1, 2, 3]) cluster.startSecondary(number, { args: ["--http", "0"] });
  const sites = await Promise.all([1, 2, 3].map((number) => siteOf(cluster.secondary(number))));
  const central = await siteOf(cluster.central);
  await cluster.central.waitFor("synchronized");
  await cluster.settled([1, 2, 3], 1);
  const host = { headers: { host: "127.0.0.1" } };
  const answers = [
    await ask(central + ESCAPED, host),
    await ask(central + ESCAPED, host),
    await ask(central + ESCAPED),
  ];
  expect(answers.map(([status]) => status)).toEqual([307, 307, 307]);
  expect(answers.map(([, location]) => location).sort()).toEqual(sites.map((site) => site + ESCAPED).sort());
  // One that is away is no place to be sent to.
  await cluster.kill(2);
  await cluster.central.waitFor("lost");
  const left = [await ask(central + ESCAPED), await ask(central + ESCAPED)].map(([, location]) => location);
  expect(left.sort()).toEqual([sites[0] + ESCAPED, sites[2] + ESCAPED].sort());
  const listed = await fetch(`${central}/files/films/?format=json`);
  expect(await listed.json()).toMatchObject({
    folder: "films/",
    entries: [{ type: "file", name: "año 100% #1?.mkv", size: 7, sources: 2 }],
  });
  expect(await ask(`${central}/files/films`)).toEqual([308, "/files/films/", ""]);
});

test("what cannot be had is told with its reason", async () => {
  await using cluster = new Cluster();
  put(cluster.folder(1));
  cluster.startCentral(["--secondaries", "1", "--http", "0"]);
  const central = await siteOf(cluster.central);
  expect(await ask(central + ESCAPED)).toEqual([
    503,
    null,
    "this central serves nothing yet: 0 of 1 secondary registered, 1 missing\n",
  ]);
  cluster.startSecondary(1);
  await cluster.central.waitFor("synchronized");
  const [status, , text] = await ask(central + ESCAPED);
  expect([status, text]).toEqual([
    503,
    "no secondary answers HTTP: start each with --http PORT, as in redes secondary --number 1 --http 8081\n",
  ]);
  expect(await ask(`${central}/files/elsewhere`)).toEqual([404, null, "there is no file elsewhere\n"]);
  expect((await ask(central + ESCAPED, { method: "POST" }))[0]).toBe(405);
});
