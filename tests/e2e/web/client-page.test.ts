import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Browser } from "../../support/browser/browser.ts";
import { NOT_SERVING, type WatchedPage } from "../../support/browser/watched-page.ts";
import { Cluster } from "../../support/cluster.ts";
import { MIB, put, randomBytes } from "../../support/files.ts";
import { siteOf } from "../../support/site.ts";
import { wav } from "../../support/wav.ts";

setDefaultTimeout(120_000);

let cluster: Cluster;
let browser: Browser;
let site: string;

/** Two secondaries without HTTP, and a client that serves their files. */
beforeAll(async () => {
  cluster = await Cluster.inStep({ count: 2 }, (folder) => {
    put(folder(1), "film.mkv", randomBytes(3 * MIB));
    put(folder(1), "music/tone.wav", wav(20));
  });
  site = await siteOf(cluster.client(["serve", "--http", "0", "--cache", "0", "--log", "json", "--name", "ana"]));
  browser = await Browser.launch();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

test("a client has the page too, with the views of what it knows, and the files from itself", async () => {
  await using watched = await browser.open(`${site}/`);
  const { page } = watched;
  const row = (name: string) => page.getByRole("row").filter({ hasText: name });
  await row("film.mkv").getByText("2 of 2").waitFor();
  // The files may come before it is known that this is a client.
  await page.getByText("Serving", { exact: true }).waitFor();
  const views = await page.getByRole("navigation", { name: "Views" }).getByRole("link").allInnerTexts();
  expect(views).toEqual(["Files", "Servers", "Downloads", "Statistics", "Events"]);
  await watched.screenshot("files-client");
  expect(await watched.violations()).toEqual([]);

  put(cluster.folder(2), "added later", "12345");
  await row("added later").getByText("5 B").waitFor();

  await row("film.mkv").getByRole("link", { name: "film.mkv", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "film.mkv" });
  await dialog.getByText("2 of 2").waitFor();
  expect(await dialog.getByRole("link", { name: "Torrent" }).count()).toBe(0);
  // A client has nothing removed.
  expect(await dialog.getByRole("button", { name: /Remove/ }).count()).toBe(0);
  const address = await dialog.getByRole("link", { name: "Download" }).getAttribute("href");
  const saved = await fetch(`${site}${address}`);
  expect([saved.status, (await saved.arrayBuffer()).byteLength]).toEqual([200, 3 * MIB]);
  await page.keyboard.press("Escape");

  await page.getByRole("link", { name: "music" }).click();
  await page.getByRole("link", { name: "Play tone.wav" }).click();
  await watched.until('document.querySelector(".player-element:not(.player-element-next)")?.currentTime > 0.5');
  await page.keyboard.press("Escape");
  for (const view of ["servers", "downloads", "statistics", "events"]) {
    await page.evaluate(`location.hash = "#/${view}/"`);
    await watched.until(`document.querySelector('[aria-current="page"]')?.hash === "#/${view}/"`);
    expect([view, await watched.violations()]).toEqual([view, []]);
  }
});

test("no view that a client does not have is shown before it has answered anything", async () => {
  await using watched = await browser.open("about:blank");
  const { page } = watched;
  watched.allowOrigins([site]);
  await page.route("**/api/v1/status", () => {});
  await page.goto(`${site}/`);
  const views = page.getByRole("navigation", { name: "Views" }).getByRole("link");
  await views.first().waitFor();
  expect(await views.allInnerTexts()).toEqual(["Files", "Servers", "Downloads", "Statistics", "Events"]);
});

test("who does not say that it reads pages is sent to the files, as before", async () => {
  const response = await fetch(`${site}/`, { redirect: "manual" });
  expect([response.status, response.headers.get("location")]).toEqual([302, "/files/"]);
});

/** Of servers and files nothing is said of which nobody knows. */
async function saysNothingElse({ page }: WatchedPage): Promise<void> {
  expect(await page.locator(".notice-title").allInnerTexts()).toEqual(["No se puede contactar con el central"]);
}

test("a client that has never reached its central says so, and nothing of servers and files", async () => {
  await using lonely = new Cluster();
  const away = await siteOf(lonely.client(["serve", "--http", "0", "--cache", "0", "--log", "json"]));
  await using watched = await browser.open(`${away}/`, { size: "phone", locale: "es-ES", allowed: [NOT_SERVING] });
  const { page } = watched;
  await page.getByText("No se puede contactar con el central", { exact: true }).waitFor();
  expect(await page.locator(".files-total").innerText()).toBe("");
  for (const view of ["servers", "downloads", "events", "files"]) {
    await page.evaluate(`location.hash = "#/${view}/"`);
    await watched.until(`document.querySelector('[aria-current="page"]')?.hash === "#/${view}/"`);
    await watched.screenshot(`${view}-client-never-central-es-phone`);
    expect([view, await watched.violations(), await watched.overflows()]).toEqual([view, [], false]);
  }
});

test("a central that is away is what the page says, until it is back", async () => {
  await using watched = await browser.open(`${site}/`, { allowed: [NOT_SERVING] });
  const { page } = watched;
  await page.getByText("Serving", { exact: true }).waitFor();
  await cluster.kill(0);
  await page.getByText("The central cannot be reached", { exact: true }).waitFor();
  await watched.screenshot("files-client-without-central");
  await using spanish = await browser.open(`${site}/`, { size: "phone", locale: "es-ES", allowed: [NOT_SERVING] });
  await spanish.page.getByText("No se puede contactar con el central", { exact: true }).waitFor();
  await spanish.page.getByRole("row").filter({ hasText: "film.mkv" }).waitFor();
  await spanish.screenshot("files-client-without-central-es-phone");
  await spanish.page.evaluate('location.hash = "#/servers/"');
  await spanish.page.getByRole("heading", { name: "Servidores" }).waitFor();
  await saysNothingElse(spanish);
  cluster.startCentral(["--secondaries", "2"]);
  await page.getByText("Serving", { exact: true }).waitFor();
});
