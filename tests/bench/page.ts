import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { CentralSession } from "../../src/client/central-session.ts";
import { tcpNetwork } from "../../src/net/transport/tcp.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { silentLog } from "../../src/platform/log/log.ts";
import { systemRandom, uniqueId } from "../../src/platform/random.ts";
import { launchChromium } from "../support/browser/chromium.ts";
import { inStep, startCentral } from "./farm.ts";
import { type Cost, median } from "./measure.ts";
import { freePort } from "./ports.ts";
import { cpuOf, memoryOf } from "./proc.ts";
import { scriptedName, scriptSecondaries } from "./scripted-secondaries.ts";
import { type BenchResult, rowsOf } from "./table.ts";

const FILES = 200_000;
const SECONDARIES = 3;
const DOWNLOADS = 50;
const OPENINGS = 7;
/** Milliseconds for which the downloads go on, and between two times that each says how far it is. */
const WATCHING = 20_000;
const PROGRESS = 500;

/** The page of a central with a large catalogue, in a real browser on the same machine. The rows are the central's. */
export async function benchPage(workspace: string, machine: string): Promise<BenchResult> {
  const data = join(workspace, "data");
  mkdirSync(data);
  const web = await freePort();
  const { port, central } = await startCentral(SECONDARIES, data, ["--http", String(web)]);
  const places = await Promise.all(
    Array.from({ length: SECONDARIES }, async () => ({ host: "127.0.0.1", port: await freePort() })),
  );
  const stopSecondaries = scriptSecondaries({ host: "127.0.0.1", port }, places, FILES, []);
  const phases: Record<string, Cost[]> = {};
  const measured = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const [began, used] = [performance.now(), cpuOf(central.pid)];
    const result = await work();
    const seconds = (performance.now() - began) / 1000;
    phases[name] = [{ seconds, cpu: cpuOf(central.pid) - used, memory: memoryOf(central.pid) }];
    return result;
  };
  const chromium = await launchChromium();
  try {
    await inStep(central);
    const site = `http://127.0.0.1:${web}/`;
    const openings = await measured(`${OPENINGS} openings`, () => measureOpenings(chromium, site));
    const floor = await measureWord(chromium);
    const page = await chromium.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(site);
    await rowsOfFiles(page).first().waitFor();
    const search = await measured("searches", () => searches(page));
    const { update, longest } = await measured(`${DOWNLOADS} downloads`, () => watchDownloads(page, port));
    const paints = openings.map(({ paint }) => paint);
    const shown = openings.map(({ rows }) => rows);
    process.stderr.write(
      `first paint ${figures(paints)} ms, of a page of one word ${figures(floor)} ms, files shown ${figures(shown)} ms, a search ${figures(search)} ms; ` +
        `an update ${update.toFixed(1)} ms of the page's thread, the longest task ${longest.toFixed(0)} ms\n`,
    );
    return {
      bench: "page",
      machine,
      rows: rowsOf(phases),
      bounds: [
        { what: "first paint, ms", value: median(paints), most: 100 },
        { what: "first paint beyond that of a page of one word, ms", value: median(paints) - median(floor), most: 100 },
        { what: `an update of ${DOWNLOADS} downloads, ms of the page's thread`, value: update, most: 50 },
        { what: "the longest task of the page meanwhile, ms", value: longest, most: 100 },
      ],
    };
  } finally {
    await chromium.close();
    stopSecondaries();
    await central.stop();
  }
}

const rowsOfFiles = (page: Page) => page.locator('[role="row"][aria-selected]');

function figures(values: readonly number[]): string {
  return `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)})`;
}

interface Opening {
  /** Milliseconds until something is on the screen, and until the first files are in the page. */
  readonly paint: number;
  readonly rows: number;
}

/** Each in a profile that has nothing of the page; the first one does not count, for which the central compresses it. */
async function measureOpenings(chromium: Browser, site: string): Promise<Opening[]> {
  const openings: Opening[] = [];
  for (let opening = -1; opening < OPENINGS; opening++) {
    const opened = await inNewProfile(chromium, async (page) => {
      await page.addInitScript(`new MutationObserver((_, observer) => {
        if (!document.querySelector('[role="row"][aria-selected]')) return;
        globalThis.rowsAt = performance.now();
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true })`);
      await page.goto(site);
      await rowsOfFiles(page).first().waitFor();
      return { paint: await paintOf(page), rows: await page.evaluate<number>("globalThis.rowsAt") };
    });
    if (opening >= 0) openings.push(opened);
  }
  return openings;
}

/** Milliseconds until a page that is one word is on the screen, opened in the same way: the browser's own part. */
async function measureWord(chromium: Browser): Promise<number[]> {
  const headers = { "content-type": "text/html" };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response("<title>a</title>a", { headers }),
  });
  try {
    const paints: number[] = [];
    for (let opening = 0; opening < OPENINGS; opening++) {
      const paint = await inNewProfile(chromium, async (page) => {
        await page.goto(server.url.href);
        return paintOf(page);
      });
      paints.push(paint);
    }
    return paints;
  } finally {
    await server.stop(true);
  }
}

async function inNewProfile<T>(chromium: Browser, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}

/** Milliseconds from the beginning of the navigation. */
function paintOf(page: Page): Promise<number> {
  return page.evaluate<number>(`new Promise((painted) => {
    new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries()) if (name === "first-contentful-paint") painted(startTime);
    }).observe({ type: "paint", buffered: true });
  })`);
}

/** Milliseconds from the last letter until what is found is there. */
async function searches(page: Page): Promise<number[]> {
  const took: number[] = [];
  for (let search = 0; search < OPENINGS; search++) {
    const name =
      scriptedName((search * 7919 * 13) % FILES)
        .split("/")
        .at(-1) ?? "";
    const began = performance.now();
    await page.locator('input[inputmode="search"]').fill(name);
    await rowsOfFiles(page).filter({ hasText: name }).waitFor();
    took.push(performance.now() - began);
  }
  return took;
}

/** What an update costs while all downloads go on: they are told of about once a second. */
async function watchDownloads(page: Page, port: number): Promise<{ update: number; longest: number }> {
  const deps = { clock: systemClock, random: systemRandom, network: tcpNetwork(systemClock), log: silentLog };
  const sessions = Array.from({ length: DOWNLOADS }, (_, index) => {
    return new CentralSession(deps, { host: "127.0.0.1", port }, `client ${index}`, () => {});
  });
  for (const session of sessions) session.start();
  await Promise.all(sessions.map((session) => session.untilConnected()));
  const downloads = sessions.map((session, index) => {
    const download = uniqueId(systemRandom);
    session.send({ type: "download", download, name: scriptedName(index), running: null });
    return { session, download };
  });
  let bytes = 0;
  const timer = setInterval(() => {
    bytes += 10;
    const sources = [1, 2, 3];
    for (const { session, download } of downloads) session.send({ type: "progress", download, bytes, sources });
  }, PROGRESS);
  try {
    await page.evaluate('location.hash = "#/downloads/"');
    await page
      .getByText(`client ${DOWNLOADS - 1}`, { exact: true })
      .first()
      .waitFor();
    await page.evaluate(`globalThis.longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration);
      }).observe({ type: "longtask" })`);
    const client = await page.context().newCDPSession(page);
    await client.send("Performance.enable");
    const busy = async () => {
      const { metrics } = await client.send("Performance.getMetrics");
      return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN);
    };
    const before = await busy();
    await Bun.sleep(WATCHING);
    const spent = (await busy()) - before;
    const longest = await page.evaluate<number>("globalThis.longest");
    return { update: spent / (WATCHING / 1000), longest };
  } finally {
    clearInterval(timer);
    for (const { session } of downloads) session.stop();
  }
}
