import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Browser } from "../../support/browser/browser.ts";
import type { PageOptions, WatchedPage } from "../../support/browser/watched-page.ts";
import { Cluster } from "../../support/cluster.ts";
import { MIB, put, randomBytes } from "../../support/files.ts";
import type { Program } from "../../support/process.ts";
import { siteOf } from "../../support/site.ts";

setDefaultTimeout(120_000);

/** The views of servers, downloads, throughput, statistics and events, over one cluster whose third secondary is killed in between. */

/** Bytes each second of each secondary, while downloads are watched. */
const RATE = MIB / 4;

let cluster: Cluster;
let browser: Browser;
let site: string;

beforeAll(async () => {
  cluster = await Cluster.inStep({ proxies: true, central: ["--http", "0", "--max-downloads", "2"] }, (folder) => {
    put(folder(1), "series/El año nuevo/capítulo 1.mkv", randomBytes(48 * MIB));
    put(folder(2), "datasets/a long name of a file that must wrap somewhere, 2026-11-29.parquet", randomBytes(MIB));
    for (let file = 1; file <= 12; file++) put(folder(3), `notes/${file}.txt`, `note ${file}`);
  });
  await cluster.settled([1, 2, 3], 14);
  site = await siteOf(cluster.central);
  browser = await Browser.launch();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

function open(view: string, options: PageOptions = {}): Promise<WatchedPage> {
  return browser.open(`${site}/#/${view}`, options);
}

/** Each size, each language, by day and night. */
const LOOKS = [
  { size: "phone", locale: "es-ES", colors: "dark" },
  { size: "laptop", locale: "en-US", colors: "light" },
  { size: "large", locale: "es-ES", colors: "light" },
] as const satisfies PageOptions[];

/** That a view is right however it is looked at; `ready`: what is there once it is. */
async function isRightEverywhere(view: string, ready: string): Promise<void> {
  for (const look of LOOKS) {
    await using watched = await open(view, look);
    await watched.page.locator(ready).first().waitFor();
    await watched.screenshot(`${view}-${look.size}`);
    expect([view, look.size, await watched.overflows()]).toEqual([view, look.size, false]);
    expect(await watched.violations()).toEqual([]);
  }
}

test("servers: state, files, room, and who holds what", async () => {
  await using watched = await open("servers");
  const { page } = watched;
  const rows = page.locator(".server-table tbody tr");
  await rows.nth(2).waitFor();
  expect(await rows.count()).toBe(3);
  for (let number = 1; number <= 3; number++) {
    const text = await rows.nth(number - 1).innerText();
    expect(text).toContain(`Server ${number}`);
    expect(text).toContain("In step");
    expect(text).toContain("14");
    expect(text).toMatch(/[\d.]+\s[MGT]iB free of/);
  }
  const held = page.locator(".holders-grid tbody tr");
  await held.first().waitFor();
  expect(await held.count()).toBe(14);
  expect(await page.locator(".holders-grid .holders-held").count()).toBe(3 * 14);
  await page.getByLabel("Search for a file").fill("capítulo");
  await page.locator(".holders-grid tbody tr").nth(1).waitFor({ state: "detached" });
  expect(await held.innerText()).toContain("series/El año nuevo/capítulo 1.mkv");
});

test("downloads: progress, rate, sources and the queue, as they go on", async () => {
  cluster.slow(RATE);
  const name = "series/El año nuevo/capítulo 1.mkv";
  await using watched = await open("downloads");
  const { page } = watched;
  await page.getByText("Nobody downloads now").waitFor();
  const programs: Program[] = [];
  const active = (client: string) => page.locator(".active-table tbody tr", { hasText: client });
  for (const client of ["ana", "bob"]) {
    programs.push(cluster.getting([name], { name: client }));
    await active(client).waitFor();
  }
  programs.push(cluster.getting([name], { name: "eva" }));
  const row = active("ana");
  await page
    .getByText(/\d\s[KM]iB\/s/)
    .first()
    .waitFor();
  const progress = async () => Number(await row.locator("progress").getAttribute("value"));
  const before = await progress();
  await cluster.until("it goes on", async () => (await progress()) > before);
  await row.locator(".number-marks li").first().waitFor();
  const waiting = page.locator("section", { hasText: "Waiting" }).locator("tbody tr");
  await waiting.first().waitFor();
  expect(await waiting.count()).toBe(1);
  expect(await waiting.innerText()).toContain(name);
  expect(await page.title()).toStartWith("(2) ");
  await isRightEverywhere("downloads", ".active-table tbody tr");
  // Who may change everything lets the one that waits begin too.
  await page.getByRole("button", { name: "Change the limit" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("0");
  expect(await dialog.getByRole("button", { name: "Change", exact: true }).isDisabled()).toBe(true);
  await dialog.getByRole("textbox").fill("3");
  await dialog.getByText("Up to 3 are active at once").waitFor();
  await watched.screenshot("downloads-limit");
  await dialog.getByRole("button", { name: "Change", exact: true }).click();
  await active("eva").waitFor();
  await cluster.central.waitFor("limit-changed");
  cluster.fast();
  for (const program of programs) expect((await cluster.finish(program)).code).toBe(0);
  await page.getByText("Nobody downloads now").waitFor();
});

test("throughput: a chart, and the same as a table", async () => {
  await using watched = await open("throughput");
  const { page } = watched;
  const summary = page.locator(".line-summaries tbody tr");
  await summary.nth(2).waitFor();
  expect(await page.locator(".rate-chart canvas").count()).toBe(1);
  await page
    .locator(".line-summaries td:last-child", { hasText: /\d\sMiB/ })
    .first()
    .waitFor();
  await page.getByText("Table", { exact: true }).click();
  await page.getByRole("table", { name: "Means of five minutes" }).waitFor();
  expect(await page.locator(".rate-chart").count()).toBe(0);
  await isRightEverywhere("throughput", ".line-summaries tbody tr");
});

test("statistics: by file and by client, in each order", async () => {
  await using watched = await open("statistics");
  const { page } = watched;
  const rows = page.locator(".data-table tbody tr");
  await rows.first().waitFor();
  expect(await rows.allInnerTexts()).toEqual([expect.stringMatching(/capítulo 1\.mkv\s+3/)]);
  await page.getByText("Clients", { exact: true }).click();
  await rows.nth(2).waitFor();
  expect(await page.evaluate<string>("location.hash")).toBe("#/statistics/?of=clients");
  await page.getByRole("button", { name: "Client" }).click();
  await page.locator(".data-table tbody tr:first-child", { hasText: "ana" }).waitFor();
  await page.getByRole("button", { name: "Client" }).click();
  await page.locator(".data-table tbody tr:first-child", { hasText: "eva" }).waitFor();
  await isRightEverywhere("statistics", ".data-table tbody tr");
});

test("a file is removed everywhere, after it was asked and said what that does", async () => {
  await using watched = await open("files/notes/3.txt");
  const { page } = watched;
  await page.getByRole("button", { name: "Remove" }).click();
  const dialog = page.getByRole("dialog", { name: "Remove notes/3.txt?" });
  await dialog.getByText("All 3 servers that hold it take these 6 B out of their folders.").waitFor();
  expect(await watched.violations()).toEqual([]);
  await watched.screenshot("files-remove");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  expect((await cluster.list()).length).toBe(14);
  // The page may ask for what is gone before it hears that it is.
  watched.allow(/404 .*notes\/3\.txt/);
  await page.getByRole("button", { name: "Remove" }).press("Enter");
  await dialog.getByRole("button", { name: "Remove everywhere" }).click();
  await page.getByRole("dialog").first().waitFor({ state: "detached" });
  expect((await cluster.list()).length).toBe(13);
  await cluster.central.waitFor("remove", ({ by }) => String(by).includes("over HTTP from 127.0.0.1"));
});

test("kept versions are restored, after it was asked and said what that does", async () => {
  await using watched = await open("kept");
  const { page } = watched;
  await page.getByText("notes/3.txt").waitFor();
  await isRightEverywhere("kept", ".data-table tbody tr");
  await page.getByRole("button", { name: "Restore notes/3.txt" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("It becomes the newest version").waitFor();
  expect(await watched.violations()).toEqual([]);
  await watched.screenshot("kept-restore");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  expect((await cluster.list()).length).toBe(13);
  await page.getByRole("button", { name: "Restore notes/3.txt" }).press("Enter");
  await dialog.getByRole("button", { name: "Restore" }).click();
  await dialog.waitFor({ state: "detached" });
  await cluster.settled([1, 2, 3], 14);
});

test("a server that is killed is lost at once in what is on the screen, and can be forgotten", async () => {
  await using watched = await open("servers");
  const { page } = watched;
  const row = page.locator(".server-table tbody tr").nth(2);
  await row.getByText("In step").waitFor();
  await cluster.kill(3);
  await row.getByText("Lost", { exact: true }).waitFor();
  await page.locator(".holders-grid").getByText("2 of 3").first().waitFor();
  await isRightEverywhere("servers", ".holders-grid tbody tr");
  await page.getByRole("button", { name: "Forget server 3" }).click();
  const dialog = page.getByRole("dialog", { name: "Forget server 3?" });
  await dialog.getByText("It held 14 files.").waitFor();
  await watched.screenshot("servers-forget");
  await dialog.getByRole("button", { name: "Forget" }).click();
  await row.waitFor({ state: "detached" });
});

test("events: what has happened, by kind, and live", async () => {
  await using watched = await open("events");
  const { page } = watched;
  const list = page.locator(".event-list");
  // One that a busy machine has stopped for long may be lost before it is killed, too.
  await list.getByText("Server 3 is lost.").first().waitFor();
  await list.getByText("ana has all of series/El año nuevo/capítulo 1.mkv.").waitFor();
  await page.getByRole("button", { name: "Files" }).click();
  await list.getByText("notes/3.txt was removed.").waitFor();
  expect(await list.getByText("Server 3 is lost.").count()).toBe(0);
  put(cluster.folder(1), "notes/late.txt", "late");
  await list.getByText("notes/late.txt is new. Server 1").waitFor();
  await isRightEverywhere("events", ".event-list li");
});
