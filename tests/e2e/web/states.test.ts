import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Browser } from "../../support/browser/browser.ts";
import { PageCluster } from "../../support/browser/page-cluster.ts";
import type { WatchedPage } from "../../support/browser/watched-page.ts";
import { put } from "../../support/files.ts";

setDefaultTimeout(120_000);

let browser: Browser;

beforeAll(async () => {
  browser = await Browser.launch();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
});

/** It is drawn, and everybody can use it. */
async function shows(watched: WatchedPage, name: string, ...texts: string[]): Promise<void> {
  for (const text of texts) await watched.page.getByText(text).first().waitFor();
  await watched.screenshot(`state-${name}`);
  expect(await watched.violations()).toEqual([]);
}

test("each state that people meet is drawn, one after the other, without a reload", async () => {
  await using cluster = new PageCluster(2);
  cluster.startPage();
  await cluster.pageIsThere();
  await using watched = await browser.open(`${cluster.site}/`);
  const { page } = watched;
  await shows(watched, "nothing-shared", "Nothing is shared yet", "redes secondary", "The cluster does not serve yet");
  await using spanish = await browser.open(`${cluster.site}/`, { locale: "es-ES" });
  const missing = "0 de 2 servidores comparten su carpeta. Faltan 2 por registrarse en el central.";
  await spanish.page.getByText(missing).waitFor();

  cluster.startWebSecondary();
  await shows(watched, "no-files", "There are no files yet", "Not serving");

  put(cluster.folder(1), "film.mkv", "film");
  await page.getByRole("row").filter({ hasText: "film.mkv" }).waitFor();
  cluster.startWebSecondary();
  await page.getByText("Serving", { exact: true }).waitFor();
  await page.getByRole("row").filter({ hasText: "2 of 2" }).waitFor();

  await cluster.kill(2);
  await page.getByRole("row").filter({ hasText: "1 of 2" }).waitFor();
  await page.evaluate('location.hash = "#/files/film.mkv"');
  await shows(watched, "only-one-holds-it", "Only server 1 holds this file");
  await page.keyboard.press("Escape");

  await cluster.kill(1);
  await shows(watched, "no-secondary-left", "No server is here", "0 of 2 servers");
});
