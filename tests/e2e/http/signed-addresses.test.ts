import { expect, setDefaultTimeout, test } from "bun:test";
import { put } from "../../support/files.ts";
import { HttpAccess } from "../../support/http-access.ts";
import { KeyedCluster } from "../../support/keyed-cluster.ts";

setDefaultTimeout(120_000);

const NAME = "a b/película.mkv";
const PATH = "/files/a%20b/pel%C3%ADcula.mkv";

test("the central sends who has a token to an address that gives one version of that file, without the token", async () => {
  await using cluster = new KeyedCluster();
  await cluster.newKey();
  const keyed = ["--http", "0", "--key-file", cluster.own];
  put(cluster.folder(1), NAME, "the film");
  cluster.startCentral(["--secondaries", "1", ...keyed]);
  const secondary = cluster.startSecondary(1, { args: keyed });
  await cluster.central.waitFor("synchronized");
  const access = await HttpAccess.of(cluster);
  const [central, holder] = [await access.site(cluster.central), await access.site(secondary)];
  const token = await access.token();
  const sent = await access.get(`${central}${PATH}`, token);
  expect(sent.status).toBe(307);
  const location = sent.headers.get("location") ?? "";
  expect(location).toStartWith(`${holder}${PATH}?version=`);
  expect(location).not.toContain(token.slice(0, 20));
  expect([...new URL(location).searchParams.keys()]).toEqual(["version", "expires", "signature"]);

  const text = async (url: string) => {
    const response = await access.get(url, null);
    return [response.status, await response.text()];
  };
  expect(await text(location)).toEqual([200, "the film"]);
  // Nothing else, at the secondary or at the central.
  expect((await text(location.replace("pel", "xel")))[0]).toBe(403);
  expect((await text(`${holder}${PATH}`))[0]).toBe(401);
  expect((await text(location.replace("/files/", "/")))[0]).toBe(404);
  expect((await text(`${holder}/metrics${new URL(location).search}`))[0]).toBe(401);
  expect((await text(`${central}/files/${new URL(location).search}`))[0]).toBe(403);
  // At the central it leads on to another one.
  expect((await text(`${central}${PATH}${new URL(location).search}`))[0]).toBe(307);

  put(cluster.folder(1), NAME, "another film");
  await cluster.until("the secondary has the new version", async () => (await text(location))[0] === 410);
});
