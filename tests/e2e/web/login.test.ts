import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Browser } from "../../support/browser/browser.ts";
import type { WatchedPage } from "../../support/browser/watched-page.ts";
import { put } from "../../support/files.ts";
import { HttpAccess } from "../../support/http-access.ts";
import { KeyedCluster } from "../../support/keyed-cluster.ts";

setDefaultTimeout(120_000);

/** The page of a cluster with keys: who has shown no token sees nothing, and who may read changes nothing. */

let cluster: KeyedCluster;
let access: HttpAccess;
let browser: Browser;
let site: string;

beforeAll(async () => {
  cluster = new KeyedCluster();
  await cluster.newKey();
  await cluster.credential("one", "secondary", "1");
  put(cluster.folder(1), "notes/1.txt", "one");
  cluster.startCentral(["--secondaries", "1", "--http", "0", "--key-file", cluster.own]);
  cluster.startSecondary(1, { args: ["--key-file", cluster.key("one")] });
  await cluster.central.waitFor("synchronized");
  access = await HttpAccess.of(cluster);
  site = await access.site(cluster.central);
  browser = await Browser.launch();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

/** Without a token the first questions are refused, which the browser says in the console. */
function open(view: string): Promise<WatchedPage> {
  return browser.open(`${site}/#/${view}`, {
    ignoreHTTPSErrors: true,
    allowed: [/the server responded with a status of 401/],
  });
}

async function logIn(watched: WatchedPage, token: string): Promise<void> {
  const { page } = watched;
  await page.getByLabel("Token", { exact: true }).fill(token);
  await page.getByRole("button", { name: "Log in" }).press("Enter");
}

test("a token lets one in, a cookie stands for it, and logging out ends that", async () => {
  await using watched = await open("servers");
  const { page } = watched;
  await page.getByRole("heading", { name: "This cluster needs a token" }).waitFor();
  await page.getByText("Not logged in").waitFor();
  await watched.screenshot("login");
  expect(await watched.violations()).toEqual([]);
  await logIn(watched, "nonsense");
  await page.getByText("This token does not let you in").waitFor();
  await logIn(watched, await access.token("--admin", "--name", "ana"));
  await page.locator(".server-table tbody tr").waitFor();
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "Strict" });
  expect(await page.evaluate<string>("document.cookie")).toBe("");
  await page.reload();
  await page.locator(".server-table tbody tr").waitFor();
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("heading", { name: "This cluster needs a token" }).waitFor();
  expect(await page.context().cookies()).toEqual([]);
});

test("who may read sees everything, and no button that changes something", async () => {
  await using watched = await open("downloads");
  const { page } = watched;
  await logIn(watched, await access.token("--read", "--name", "bob"));
  await page.getByText("Nobody downloads now").waitFor();
  await page.getByTitle("bob, who may read").waitFor();
  expect(await page.getByRole("button", { name: "Change the limit" }).count()).toBe(0);
});
