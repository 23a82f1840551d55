import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Browser } from "../../support/browser/browser.ts";
import { PageCluster } from "../../support/browser/page-cluster.ts";
import { NOT_SERVING, type PageOptions, SERVER_GONE, type WatchedPage } from "../../support/browser/watched-page.ts";
import { MIB, put, randomBytes } from "../../support/files.ts";

setDefaultTimeout(120_000);

const VIEWS = ["files", "servers", "downloads", "throughput", "statistics", "kept", "events"] as const;
/** Bytes of the page that a browser fetches, as they are sent. */
const MAX_PAGE_BYTES = 150_000;

let cluster: PageCluster;
let browser: Browser;

beforeAll(async () => {
  cluster = await PageCluster.inStepWith(2, (folder) => {
    put(folder, "film.mkv", randomBytes(3 * MIB + 17));
    put(folder, "Serie – 1ª temporada/Capítulo 1.mkv", randomBytes(MIB));
    put(folder, "Serie – 1ª temporada/Capítulo 2.mkv", randomBytes(1234));
    put(folder, `long/${"a very long name of a recording ".repeat(5)}.bin`, "1");
    for (let index = 0; index < 60; index++) put(folder, `datasets/part ${String(index).padStart(3, "0")}`, "x");
  });
  browser = await Browser.launch();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

/** A page at a view, which has its first answers. */
async function open(view = "", options: PageOptions = {}): Promise<WatchedPage> {
  const watched = await browser.open(`${cluster.site}/${view === "" ? "" : `#/${view}`}`, options);
  await watched.page.getByText(options.locale === "es-ES" ? "En servicio" : "Serving", { exact: true }).waitFor();
  return watched;
}

const rowOf = ({ page }: WatchedPage, name: string) => page.getByRole("row").filter({ hasText: name });

test("the page is small, comes from this server alone, and shows the files soon", async () => {
  await using watched = await browser.open("about:blank", { origins: [cluster.site] });
  const { page } = watched;
  const sizes: Promise<number>[] = [];
  page.on("requestfinished", (request) => {
    const { pathname } = new URL(request.url());
    if (!/^\/(api|events)/.test(pathname)) sizes.push(request.sizes().then((size) => size.responseBodySize));
  });
  await page.goto(`${cluster.site}/`);
  await rowOf(watched, "film.mkv").waitFor();
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  const paint = await page.evaluate<number>(
    'performance.getEntriesByType("paint").find(({ name }) => name === "first-contentful-paint").startTime',
  );
  process.stderr.write(
    `the page: ${sizes.length} files, ${bytes} bytes as sent; first paint after ${paint.toFixed(0)} ms\n`,
  );
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(MAX_PAGE_BYTES);
  expect(await page.title()).toBe("Files · redes");
});

test.each([
  ["phone", "es-ES"],
  ["laptop", "en-US"],
] as const)(
  "what is painted before the script has run does not move when it has: on a %s, %s",
  async (size, locale) => {
    await using watched = await browser.open("about:blank", { origins: [cluster.site], size, locale });
    const { page } = watched;
    const mayRun = Promise.withResolvers<void>();
    await page.route("**/*.js", async (route) => {
      await mayRun.promise;
      await route.continue();
    });
    const places = () =>
      Promise.all([".frame-header", ".navigation"].map((element) => page.locator(element).boundingBox()));
    await page.goto(`${cluster.site}/`, { waitUntil: "commit" });
    await page.locator("#page nav").waitFor({ state: "attached" });
    const before = await places();
    mayRun.resolve();
    await page.getByRole("navigation").getByRole("link").first().waitFor();
    expect(await places()).toEqual(before);
  },
);

test("what is put into a folder, replaced or removed there is seen without a reload", async () => {
  await using watched = await open();
  await rowOf(watched, "film.mkv").getByText("2 of 2").waitFor();
  await watched.page.evaluate('globalThis.loaded = "once"');
  put(cluster.folder(2), "added later.txt", "12345");
  await rowOf(watched, "added later.txt").getByText("5 B").waitFor();
  await rowOf(watched, "added later.txt").getByText("2 of 2").waitFor();
  const replacement = path.join(cluster.root, "replacement");
  fs.writeFileSync(replacement, "1234567");
  fs.renameSync(replacement, path.join(cluster.folder(2), "added later.txt"));
  await rowOf(watched, "added later.txt").getByText("7 B").waitFor();
  cluster.central.type("remove 'added later.txt'");
  await rowOf(watched, "added later.txt").waitFor({ state: "detached" });
  expect(await watched.page.evaluate<string>("globalThis.loaded")).toBe("once");
});

test("files are found as one types, in order, and in their folders", async () => {
  await using watched = await open();
  const { page } = watched;
  await page.getByLabel("Search files").fill("CAPÍTULO");
  await rowOf(watched, "Capítulo 1.mkv").waitFor();
  await page.getByText("2 found").waitFor();
  await page.getByLabel("Search files").fill("");
  await page.getByRole("link", { name: "Size" }).click();
  await rowOf(watched, "film.mkv").waitFor();
  await page.getByRole("link", { name: "datasets" }).click();
  await rowOf(watched, "part 0").first().waitFor();
  await page.getByText("60 entries").waitFor();
  expect(page.url()).toContain("#/files/datasets/");
  // Of a long list only what is seen is there.
  expect(await page.getByRole("row").count()).toBeLessThan(60);
  await page.goBack();
  await rowOf(watched, "film.mkv").waitFor();
});

test("the keyboard alone is enough: past the navigation, through the list, into a file and back", async () => {
  await using watched = await open();
  const { page } = watched;
  const focused = () => page.evaluate<string>("document.activeElement.textContent.trim().slice(0, 40)");
  const role = () =>
    page.evaluate<string>('document.activeElement.getAttribute("role") ?? document.activeElement.localName');
  await rowOf(watched, "film.mkv").waitFor();
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Skip to the content");
  await page.keyboard.press("Enter");
  expect(await role()).toBe("main");
  for (let presses = 0; (await role()) !== "grid"; presses++) {
    expect(presses).toBeLessThan(15);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "film.mkv" });
  await dialog.waitFor();
  await dialog.getByText("3,145,745 bytes").waitFor();
  expect(await page.evaluate<boolean>('document.querySelector("dialog").contains(document.activeElement)')).toBe(true);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  expect(await role()).toBe("grid");
});

test("in Spanish, with its numbers and dates, for browsers that speak it", async () => {
  await using watched = await open("", { locale: "es-ES" });
  const { page } = watched;
  await rowOf(watched, "film.mkv").getByText("3,0 MiB").waitFor();
  expect(await page.evaluate<string>("document.documentElement.lang")).toBe("es");
  expect(await page.title()).toBe("Archivos · redes");
  const names = await page.getByRole("navigation", { name: "Vistas" }).getByRole("link").allInnerTexts();
  expect(names).toEqual(["Archivos", "Servidores", "Descargas", "Rendimiento", "Estadísticas", "Guardados", "Sucesos"]);
  await watched.screenshot("files-spanish");
});

test("the title says how many downloads there are", async () => {
  await using watched = await open("downloads");
  const { page } = watched;
  using download = await cluster.holdDownload("film.mkv", "ana");
  await watched.until('document.title === "(1) Downloads · redes"');
  download.progress(2 * MIB);
  await page.getByRole("navigation", { name: "Views" }).getByText("1 active").waitFor({ state: "attached" });
  download[Symbol.dispose]();
  await watched.until('document.title === "Downloads · redes"');
});

test("a central that dies is said to be away, and the page comes back with it by itself", async () => {
  await using watched = await open("", { allowed: [SERVER_GONE, NOT_SERVING] });
  await rowOf(watched, "film.mkv").waitFor();
  await cluster.kill(0);
  await watched.page.getByText("Disconnected. Trying again…").waitFor();
  await watched.until('document.title.startsWith("Disconnected · ")');
  await watched.screenshot("files-disconnected");
  put(cluster.folder(1), "while it was away", "1");
  cluster.startPage();
  await rowOf(watched, "while it was away").waitFor();
  await watched.page.getByText("Serving", { exact: true }).waitFor();
  await watched.until('document.title === "Files · redes"');
  fs.rmSync(path.join(cluster.folder(1), "while it was away"));
});

test("a page of a version before is told to reload", async () => {
  await using watched = await open("", { allowed: [SERVER_GONE, NOT_SERVING] });
  const { page } = watched;
  await page.route("**/api/v1/status", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), version: "99.0.0" } });
  });
  // It asks again when the central is started again.
  await cluster.kill(0);
  await page.getByText("Disconnected").first().waitFor();
  cluster.startPage();
  await page.getByText("redes has another version now.").waitFor();
  await watched.screenshot("another-version");
  await page.unroute("**/api/v1/status");
  await page.getByRole("button", { name: "Reload" }).click();
  await rowOf(watched, "film.mkv").waitFor();
  expect(await page.getByText("redes has another version now.").count()).toBe(0);
});

test.each([
  ["phone", "light"],
  ["laptop", "light"],
  ["laptop", "dark"],
  ["large", "light"],
] as const)("each view at the size of a %s, %s: nothing is cut off, and everybody can use it", async (size, colors) => {
  await using watched = await open("", { size, colors, reducedMotion: colors === "dark" });
  const { page } = watched;
  for (const view of VIEWS) {
    await page.evaluate(`location.hash = "#/${view}/"`);
    await watched.until(`document.querySelector('[aria-current="page"]')?.hash === "#/${view}/"`);
    await page.waitForLoadState("networkidle").catch(() => {});
    await watched.screenshot(`${view}-${size}-${colors}`);
    expect([view, await watched.overflows()]).toEqual([view, false]);
    // However wide the window is, all that a view has begins below its heading.
    const starts = await page.evaluate<number[]>(
      '[...new Set([...document.querySelectorAll(".frame-main > *")].map((part) => part.getBoundingClientRect().left))]',
    );
    expect([view, starts]).toEqual([view, starts.slice(0, 1)]);
    expect([view, await watched.violations()]).toEqual([view, []]);
  }
  await page.evaluate('location.hash = "#/files/film.mkv"');
  await page.getByRole("dialog", { name: "film.mkv" }).waitFor();
  await watched.screenshot(`file-${size}-${colors}`);
  expect(await watched.violations()).toEqual([]);
});
