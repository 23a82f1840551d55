import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { Browser } from "../../support/browser/browser.ts";
import { PageCluster } from "../../support/browser/page-cluster.ts";
import { NOT_SERVING, SERVER_GONE, type WatchedPage } from "../../support/browser/watched-page.ts";
import { MIB, put, randomBytes } from "../../support/files.ts";
import { HttpAccess } from "../../support/http-access.ts";
import { KeyedCluster } from "../../support/keyed-cluster.ts";

/** What an upload says of itself while it is not yet there, and when it will never be. */

setDefaultTimeout(180_000);

const WORDS = {
  "es-ES": {
    choose: "Subir archivos",
    asking: "Comienza…",
    sending: /MiB de/,
    storing: "Enviado. Un servidor lo comprueba y lo guarda…",
    done: "Subido",
    broken: "Se ha cortado la conexión. Lo enviado se ha perdido.",
    serving: "En servicio",
    again: "Reintentar: ",
    rights: "Sus permisos no bastan para esto.",
    name: "Ningún archivo ni carpeta puede llamarse así.",
    token: "Token",
    logIn: "Entrar",
  },
  "en-US": {
    choose: "Upload files",
    asking: "Begins…",
    sending: /MiB of/,
    storing: "Sent. A server is checking and storing it…",
    done: "Uploaded",
    broken: "The connection broke off. What was sent is lost.",
    serving: "Serving",
    again: "Try again: ",
    rights: "Your rights do not suffice for this.",
    name: "No file or folder can be called so.",
    token: "Token",
    logIn: "Log in",
  },
} as const;

const SHOWN = [
  ["es-ES", "phone"],
  ["es-ES", "laptop"],
  ["en-US", "phone"],
  ["en-US", "laptop"],
] as const;

let cluster: PageCluster;
let browser: Browser;

beforeAll(async () => {
  cluster = await PageCluster.inStepWith(1, (folder) => put(folder, "note.txt", "note"));
  browser = await Browser.launch();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

const panel = (page: Page) => page.getByRole("region", { name: /Uploads|Subidas/ });
const upload = (page: Page, name: string) => panel(page).getByRole("listitem").filter({ hasText: name });
const choose = (page: Page, file: string) => page.locator("input[type=file]").first().setInputFiles(file);

async function shows(watched: WatchedPage, name: string): Promise<void> {
  await watched.screenshot(name);
  expect([name, await watched.violations(), await watched.overflows()]).toEqual([name, [], false]);
}

/** Has the browser hold what it asks for at these addresses, or what is answered, until the function that is given back is called. */
async function hold(page: Page, urlPattern: string, requestStage: "Request" | "Response") {
  const session = await page.context().newCDPSession(page);
  const held = new Promise<string>((resolve) => {
    session.once("Fetch.requestPaused", ({ requestId }) => resolve(requestId));
  });
  await session.send("Fetch.enable", { patterns: [{ urlPattern, requestStage }] });
  return async () => void (await session.send("Fetch.continueRequest", { requestId: await held }));
}

test.each(SHOWN)("%s, on a %s: a file that the central has not yet been heard about", async (locale, size) => {
  const words = WORDS[locale];
  const picture = `${locale.slice(0, 2)}-${size}`;
  await using watched = await browser.open(`${cluster.site}/`, { locale, size });
  const { page } = watched;
  await page.getByRole("button", { name: words.choose }).waitFor();
  await hold(page, "*/api/v1/uploads/*", "Request");
  const name = `una película de nombre muy largo que no cabe en una línea de un teléfono ${picture}.mkv`;
  await choose(page, put(cluster.root, `local/${name}`, "asked about"));
  await upload(page, name).getByText(words.asking).waitFor();
  await shows(watched, `uploads-asking-${picture}`);
});

test.each(SHOWN)("%s, on a %s: a file that is sent, and not yet stored", async (locale, size) => {
  const words = WORDS[locale];
  const picture = `${locale.slice(0, 2)}-${size}`;
  await using watched = await browser.open(`${cluster.site}/`, { locale, size });
  const { page } = watched;
  await page.getByRole("button", { name: words.choose }).waitFor();
  const goOn = await hold(page, "*/api/v1/files/stored*", "Response");
  await choose(page, put(cluster.root, `local/stored ${picture}.mkv`, randomBytes(MIB)));
  await upload(page, "stored").getByText(words.storing).waitFor();
  await shows(watched, `uploads-storing-${picture}`);
  await goOn();
  await upload(page, "stored").getByText(words.done).waitFor();
});

test.each(SHOWN)(
  "%s, on a %s: the central is gone while a file is sent, which is then tried again",
  async (locale, size) => {
    const words = WORDS[locale];
    const picture = `${locale.slice(0, 2)}-${size}`;
    const options = { locale, size, allowed: [SERVER_GONE, NOT_SERVING] } as const;
    await using watched = await browser.open(`${cluster.site}/`, options);
    const { page } = watched;
    await page.getByRole("button", { name: words.choose }).waitFor();
    const session = await page.context().newCDPSession(page);
    const throughput = (uploadThroughput: number) =>
      session.send("Network.emulateNetworkConditions", {
        ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput },
      });
    await throughput(MIB);
    const name = `broken ${picture}.mkv`;
    await choose(page, put(cluster.root, `local/${name}`, randomBytes(16 * MIB)));
    await upload(page, name).getByText(words.sending).waitFor();
    await cluster.kill(0);
    await upload(page, name).getByText(words.broken).waitFor();
    await shows(watched, `uploads-broken-${picture}`);
    await throughput(-1);
    cluster.startPage();
    await page.getByText(words.serving, { exact: true }).waitFor();
    await page.getByRole("button", { name: `${words.again}${name}` }).click();
    await upload(page, name).getByText(words.done).waitFor();
    const copy = path.join(cluster.folder(1), name);
    await cluster.until("it is there", () => fs.existsSync(copy) && fs.statSync(copy).size === 16 * MIB);
  },
);

test.each(SHOWN)("%s, on a %s: a folder that nothing can be in is said so in that language", async (locale, size) => {
  const words = WORDS[locale];
  await using watched = await browser.open(`${cluster.site}/#/files/a/%2E%2E/`, { locale, size });
  const { page } = watched;
  await page.getByRole("button", { name: words.choose }).waitFor();
  await choose(page, put(cluster.root, "local/inside.txt", "inside"));
  await upload(page, "inside.txt").getByText(words.name).waitFor();
  // To try that again could not help.
  expect(await page.getByRole("button", { name: words.again }).count()).toBe(0);
  await shows(watched, `uploads-name-${locale.slice(0, 2)}-${size}`);
});

test("rights that suffice no more while the page is open", async () => {
  await using keyed = new KeyedCluster();
  const own = await keyed.newKey();
  put(keyed.folder(1), "film", "film");
  keyed.startCentral(["--secondaries", "1", "--http", "0", "--key-file", own]);
  keyed.startSecondary(1, { args: ["--key-file", own] });
  await keyed.central.waitFor("synchronized");
  const access = await HttpAccess.of(keyed);
  const site = await access.site(keyed.central);
  const [reader, writer] = [await access.token("--read"), await access.token("--write", "--name", "ana")];
  for (const [locale, size] of SHOWN) {
    const words = WORDS[locale];
    // The server ends the stream of events of whoever was logged in before.
    const allowed = [/status of 40[13]/, SERVER_GONE];
    await using watched = await browser.open(`${site}/`, { locale, size, ignoreHTTPSErrors: true, allowed });
    const { page } = watched;
    await page.getByRole("textbox", { name: words.token }).fill(writer);
    await page.getByRole("button", { name: words.logIn }).click();
    await page.getByRole("button", { name: words.choose }).waitFor();
    const goOn = await hold(page, "*/api/v1/uploads/*", "Request");
    await choose(page, put(keyed.root, "local/refused.txt", "refused"));
    await upload(page, "refused.txt").getByText(words.asking).waitFor();
    // Somebody logs in with other rights in another tab, which has the same cookie.
    const status = await page.evaluate<number>(`fetch("/api/v1/session", {
      method: "POST", headers: { "content-type": "application/json" }, body: ${JSON.stringify(JSON.stringify({ token: reader }))},
    }).then((response) => response.status)`);
    expect(status).toBe(200);
    await goOn();
    await upload(page, "refused.txt").getByText(words.rights).waitFor();
    await shows(watched, `uploads-rights-${locale.slice(0, 2)}-${size}`);
    expect(fs.existsSync(path.join(keyed.folder(1), "refused.txt"))).toBe(false);
  }
  const phone = { locale: "es-ES", size: "phone", ignoreHTTPSErrors: true } as const;
  await using watched = await browser.open(`${site}/`, { ...phone, allowed: [/status of 401/, SERVER_GONE] });
  const { page } = watched;
  await page.getByRole("textbox", { name: WORDS["es-ES"].token }).fill(writer);
  await page.getByRole("button", { name: WORDS["es-ES"].logIn }).click();
  await page.getByText(WORDS["es-ES"].serving, { exact: true }).waitFor();
  await keyed.kill(0);
  await page.getByText("Sin conexión", { exact: true }).waitFor();
  await shows(watched, "session-disconnected-es-phone");
  // The name of whoever is logged in is still to be read.
  await watched.until(
    "(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)(document.querySelector('.session-name'))",
  );
});
