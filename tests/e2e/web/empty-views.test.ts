import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Browser } from "../../support/browser/browser.ts";
import { Cluster } from "../../support/cluster.ts";
import { siteOf } from "../../support/site.ts";

setDefaultTimeout(120_000);

/** What the views say where there is nothing to be shown yet, or not any more. */

let cluster: Cluster;
let browser: Browser;
let site: string;

beforeAll(async () => {
  cluster = new Cluster();
  cluster.startCentral(["--secondaries", "1", "--http", "0"]);
  site = await siteOf(cluster.central);
  browser = await Browser.launch();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

test.each([
  ["servers", "No server has come yet", "redes secondary --number 1"],
  ["downloads", "Nobody downloads now", "redes client get NAME"],
  ["throughput", "There is nothing to draw yet", "after the first server"],
  ["statistics", "Nothing has been downloaded yet", "by its file and by its client"],
  ["kept", "Nothing is kept", "can be restored"],
])("%s: what will be there, and how it comes there", async (view, title, text) => {
  await using watched = await browser.open(`${site}/#/${view}`, { size: "phone" });
  const { page } = watched;
  await page.locator(".notice", { hasText: title }).getByText(text).waitFor();
  await page.getByText("The cluster does not serve yet").waitFor();
  await watched.screenshot(`${view}-empty`);
  expect(await watched.overflows()).toBe(false);
  expect(await watched.violations()).toEqual([]);
});

test.each(["phone", "laptop"] as const)(
  "on a %s nothing that is seen moves when it is known what is missing",
  async (size) => {
    await using watched = await browser.open(`${site}/#/servers`, { size });
    const { page } = watched;
    const session = await page.context().newCDPSession(page);
    // What is drawn first is seen for a while.
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", {
      ...{ offline: false, latency: 300, downloadThroughput: -1, uploadThroughput: -1 },
    });
    await page.reload();
    await page.getByText("The cluster does not serve yet").waitFor();
    await page.getByText("No server has come yet").waitFor();
    const shift = await page.evaluate<number>(`new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries().reduce((sum, { value }) => sum + value, 0)))
      .observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => setTimeout(() => resolve(0), 1000));
  })`);
    expect(shift).toBeLessThan(0.01);
  },
);

test("what a proxy answers without a reason is told by its status", async () => {
  await using watched = await browser.open(`${site}/`, { locale: "es-ES", allowed: [/status of 502/] });
  const { page } = watched;
  await page.route("**/api/v1/statistics*", (route) => route.fulfill({ status: 502, body: "<html>" }));
  await page.getByRole("link", { name: "Estadísticas" }).click();
  await page.getByText("La respuesta ha sido el estado 502, sin decir por qué: quizá es de un proxy.").waitFor();
  await page.getByRole("button", { name: "Reintentar" }).waitFor();
});

test("a server comes, is seen at once, and is the last one to be lost", async () => {
  await using watched = await browser.open(`${site}/#/servers`, { locale: "es-ES" });
  const { page } = watched;
  await page.getByText("Aún no ha llegado ningún servidor").waitFor();
  cluster.startSecondary(1);
  await page.locator(".server-table tbody tr").getByText("Al día").waitFor();
  await cluster.kill(1);
  await page.getByText("No queda ningún servidor").waitFor();
  await watched.screenshot("servers-none-left");
  expect(await watched.violations()).toEqual([]);
});
