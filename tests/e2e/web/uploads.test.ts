import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { Browser } from "../../support/browser/browser.ts";
import { PageCluster } from "../../support/browser/page-cluster.ts";
import type { WatchedPage } from "../../support/browser/watched-page.ts";
import { everything, MIB, put, randomBytes, same } from "../../support/files.ts";
import { HttpAccess } from "../../support/http-access.ts";
import { KeyedCluster } from "../../support/keyed-cluster.ts";
import { siteOf } from "../../support/site.ts";

/** Files that people bring into the cluster with the page. */

setDefaultTimeout(180_000);

const LONG = "otra película de nombre muy largo que no cabe en una línea de un teléfono.mkv";

/** What the page says on a phone, by its language. */
const WORDS = {
  "es-ES": {
    choose: "Subir archivos",
    folder: "hay una carpeta films, así que ningún archivo puede llamarse así",
    partial: "un archivo que otro programa no ha acabado",
    exists: "Ya hay un archivo",
    taken: "Ya existen 2 de estos nombres",
    none: "No reemplazar ninguno",
    done: "Subido",
    clear: "Vaciar la lista",
    sending: /MiB.*de.*8/,
    waiting: "Espera su turno",
    servers: "Servidores",
    cancel: "Cancelar la subida de b.mkv",
    cancelAll: "Cancelar todas",
  },
  "en-US": {
    choose: "Upload files",
    folder: "there is a folder films, so no file can be called so",
    partial: "a file that another program has not finished",
    exists: "There is a file of this name already",
    taken: "2 of these names are taken already",
    none: "Replace none",
    done: "Uploaded",
    clear: "Clear the list",
    sending: /MiB.*of.*8/,
    waiting: "Waits for its turn",
    servers: "Servers",
    cancel: "Cancel the upload of b.mkv",
    cancelAll: "Cancel all",
  },
} as const;

let cluster: PageCluster;
let browser: Browser;
let film: string;

beforeAll(async () => {
  cluster = await PageCluster.inStepWith(2, (folder) => {
    put(folder, "films/old.mkv", "old");
    put(folder, "note.txt", "note");
    put(folder, LONG, "long");
  });
  film = put(cluster.root, "local/film.mkv", randomBytes(6 * MIB + 3));
  browser = await Browser.launch();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

const panel = (page: Page) => page.getByRole("region", { name: /Uploads|Subidas/ });
const upload = (page: Page, name: string) => panel(page).getByRole("listitem").filter({ hasText: name });
const choose = (page: Page, files: string | string[]) => page.locator("input[type=file]").first().setInputFiles(files);

/** Has the page believe that a file is dragged over it, or dropped. */
function drag(page: Page, type: "dragover" | "drop" | "dragleave", name = "dropped.txt"): Promise<void> {
  return page.evaluate(`(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["dropped"], ${JSON.stringify(name)}));
    document.dispatchEvent(new DragEvent("${type}", { dataTransfer, bubbles: true, cancelable: true }));
  })()`);
}

async function shows(watched: WatchedPage, name: string): Promise<void> {
  await watched.screenshot(name);
  expect([name, await watched.violations(), await watched.overflows()]).toEqual([name, [], false]);
}

test("files are chosen with a button, sent, and listed; one that is there is replaced only when somebody says so", async () => {
  await using watched = await browser.open(`${cluster.site}/#/files/films/`);
  const { page } = watched;
  await page.getByRole("button", { name: "Upload files" }).waitFor();
  await choose(page, film);
  await upload(page, "films/film.mkv").getByText("Uploaded").waitFor();
  await page.getByRole("row").filter({ hasText: "film.mkv" }).first().waitFor();
  const copy = path.join(cluster.folder(1), "films/film.mkv");
  await cluster.until("it is there", async () => fs.existsSync(copy) && (await same(copy, film)));
  expect(fs.statSync(copy).mtimeMs).toBe(Math.floor(fs.statSync(film).mtimeMs));

  const again = [put(cluster.root, "local/old.mkv", "new"), put(cluster.root, "local/film.mkv", "another")];
  await choose(page, again);
  await panel(page).getByText("2 of these names are taken already").waitFor();
  await shows(watched, "uploads-exist");
  await page.getByRole("button", { name: "Do not replace films/old.mkv" }).click();
  await page.getByRole("button", { name: "Replace films/film.mkv", exact: true }).click();
  await cluster.until("it is replaced", () => fs.readFileSync(copy, "utf8") === "another");
  expect(fs.readFileSync(path.join(cluster.folder(1), "films/old.mkv"), "utf8")).toBe("old");
  await page.getByRole("button", { name: "Clear the list" }).click();
  await panel(page).waitFor({ state: "detached" });
});

test("files are dropped on the page, which says where they go", async () => {
  await using watched = await browser.open(`${cluster.site}/#/files/films/`);
  const { page } = watched;
  await page.getByRole("button", { name: "Upload files" }).waitFor();
  await drag(page, "dragover");
  await page.getByText("Drop them here: they go into films").waitFor();
  await shows(watched, "uploads-drop");
  await drag(page, "dragleave");
  await page.getByText("Drop them here").waitFor({ state: "detached" });
  await drag(page, "drop", "soltado ñ.txt");
  await upload(page, "films/soltado ñ.txt").getByText("Uploaded").waitFor();
  // One server has it by then, and it may be the other one.
  const dropped = path.join(cluster.folder(1), "films/soltado ñ.txt");
  await cluster.until("it is there", () => fs.existsSync(dropped) && fs.readFileSync(dropped, "utf8") === "dropped");
});

test("a folder keeps its paths, and hidden files are left out", async () => {
  await using watched = await browser.open(`${cluster.site}/`);
  const { page } = watched;
  await page.getByRole("button", { name: "Upload a folder" }).waitFor();
  const folder = path.join(cluster.root, "local/series");
  for (const name of ["1/a.txt", "2/b.txt", ".git/config"]) put(folder, name, name);
  await page.locator("input[type=file]").nth(1).setInputFiles(folder);
  await panel(page).getByText("2 of 2 files uploaded").waitFor();
  await page.getByText("1 hidden file was left out").waitFor();
  // One server has each of them by then, and it may be the other one.
  const there = () => everything(cluster.folder(1)).filter((name) => name.startsWith("series"));
  await cluster.until("all of the folder is there", () => there().length >= 2);
  expect(there()).toEqual(["series/1/a.txt", "series/2/b.txt"]);
});

test.each([
  ["es-ES", "dark"],
  ["en-US", "light"],
] as const)(
  "%s: how far it is goes on in every view, and of what is cancelled nothing is left",
  async (locale, colors) => {
    const words = WORDS[locale];
    await using watched = await browser.open(`${cluster.site}/`, { size: "phone", locale, colors });
    const { page } = watched;
    await page.getByRole("button", { name: words.choose }).waitFor();
    const slowly = await page.context().newCDPSession(page);
    await slowly.send("Network.emulateNetworkConditions", {
      ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: MIB },
    });
    const names = [
      "una película de nombre muy largo que no cabe en una línea de un teléfono.mkv",
      "b.mkv",
      "c.mkv",
      "d.mkv",
    ];
    const files = names.map((name) => put(cluster.root, `local/${name}`, randomBytes(8 * MIB)));
    await choose(page, files);
    await upload(page, "una película").getByText(words.sending).waitFor();
    await upload(page, "d.mkv").getByText(words.waiting).waitFor();
    await shows(watched, `uploads-sending-${locale.slice(0, 2)}-phone`);
    await page.evaluate('location.hash = "#/servers/"');
    await page.getByRole("heading", { name: words.servers }).first().waitFor();
    await upload(page, "b.mkv").getByRole("button", { name: words.cancel }).click();
    await upload(page, "b.mkv").waitFor({ state: "detached" });
    await page.getByRole("button", { name: words.cancelAll }).click();
    await panel(page).waitFor({ state: "detached" });
    await cluster.until("the central takes nothing any more", () => cluster.central.pid > 0 && openUploads() === 0);
    const there = everything(cluster.folder(1)).filter((name) => names.includes(name));
    expect(there).toEqual([]);
  },
);

/** Files that come to the central now. */
function openUploads(): number {
  const folder = `/proc/${cluster.central.pid}/fd`;
  return fs.readdirSync(folder).filter((fd) => {
    try {
      return fs.readlinkSync(path.join(folder, fd)).includes(".redes-upload-");
    } catch {
      return false;
    }
  }).length;
}

test("why a file is not taken is said in the words of the server, and it is tried again", async () => {
  const errors = [/status of (400|409|503)/];
  await using watched = await browser.open(`${cluster.site}/`, { allowed: errors });
  const { page } = watched;
  await page.getByRole("button", { name: "Upload files" }).waitFor();
  await choose(page, [put(cluster.root, "local/films", "a file"), put(cluster.root, "local/a.part", "half")]);
  await upload(page, "films").getByText("there is a folder films, so no file can be called so").waitFor();
  await upload(page, "a.part").getByText("has not finished").waitFor();
  await shows(watched, "uploads-failed");
  await page.getByRole("button", { name: "Clear the list" }).click();

  for (const number of [1, 2]) await cluster.kill(number);
  await page.getByText("No server is here").first().waitFor();
  await choose(page, put(cluster.root, "local/later.txt", "later"));
  await upload(page, "later.txt").getByText("no secondary is there now").waitFor();
  for (const number of [1, 2]) cluster.startAgain(number);
  await page.getByText("Serving", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Try again: later.txt" }).click();
  await upload(page, "later.txt").getByText("Uploaded").waitFor();
});

test.each([
  ["es-ES", "light"],
  ["es-ES", "dark"],
  ["en-US", "light"],
  ["en-US", "dark"],
] as const)("on a phone, %s, %s: names that are taken, and why files are not", async (locale, colors) => {
  const words = WORDS[locale];
  const picture = `${locale.slice(0, 2)}-phone-${colors}`;
  const options = { size: "phone", locale, colors, allowed: [/status of (400|409)/] } as const;
  await using watched = await browser.open(`${cluster.site}/`, options);
  const { page } = watched;
  await page.getByRole("button", { name: words.choose }).waitFor();
  await choose(
    page,
    ["note.txt", "films", "a.part", LONG].map((name) => put(cluster.root, `local/${name}`, colors)),
  );
  const why = upload(page, "films").getByText(words.folder);
  await why.waitFor();
  expect(await why.getAttribute("lang")).toBe(locale.slice(0, 2));
  await upload(page, "a.part").getByText(words.partial).waitFor();
  await upload(page, "note.txt").getByText(words.exists).waitFor();
  await panel(page).getByText(words.taken).waitFor();
  await shows(watched, `uploads-exist-failed-${picture}`);
  await page.getByRole("button", { name: words.none }).click();
  await upload(page, "note.txt").waitFor({ state: "detached" });
  await shows(watched, `uploads-failed-${picture}`);
  await page.getByRole("button", { name: words.clear }).click();
  await panel(page).waitFor({ state: "detached" });
  const longest = `${"nombre-larguísimo ".repeat(10)}${picture}.mkv`;
  await choose(page, put(cluster.root, `local/${longest}`, colors));
  await upload(page, longest).getByText(words.done).waitFor();
  await shows(watched, `uploads-done-${picture}`);
});

test("a client that serves has it too; whoever may only read has no button, and drops nothing", async () => {
  const program = cluster.client(["serve", "--http", "0", "--cache", "0", "--log", "json"]);
  await using served = await browser.open(`${await siteOf(program)}/`);
  await served.page.getByRole("button", { name: "Upload files" }).waitFor();
  await choose(served.page, put(cluster.root, "local/by client.txt", "by a client"));
  await upload(served.page, "by client.txt").getByText("Uploaded").waitFor();

  await using keyed = new KeyedCluster();
  const own = await keyed.newKey();
  put(keyed.folder(1), "film", "film");
  keyed.startCentral(["--secondaries", "1", "--http", "0", "--key-file", own]);
  keyed.startSecondary(1, { args: ["--key-file", own] });
  await keyed.central.waitFor("synchronized");
  const access = await HttpAccess.of(keyed);
  const site = await access.site(keyed.central);
  await using watched = await browser.open(`${site}/`, { ignoreHTTPSErrors: true, allowed: [/status of 401/] });
  const { page } = watched;
  const logIn = async (token: string) => {
    await page.getByRole("textbox", { name: "Token" }).fill(token);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("row").filter({ hasText: "film" }).first().waitFor();
  };
  await logIn(await access.token("--read"));
  expect(await page.getByRole("button", { name: "Upload files" }).count()).toBe(0);
  await drag(page, "drop");
  expect(await panel(page).count()).toBe(0);
  await page.getByRole("button", { name: "Log out" }).click();
  await logIn(await access.token("--write", "--name", "ana"));
  await page.getByRole("button", { name: "Upload files" }).waitFor();
  await drag(page, "drop");
  await upload(page, "dropped.txt").getByText("Uploaded").waitFor();
  expect((await keyed.central.waitFor("put")).by).toBe("client ana (write) over HTTP from 127.0.0.1");
});
