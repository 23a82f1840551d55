import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { ListedFileAnswer, SecondaryAnswer } from "../../../src/http/api/central-answers.ts";
import { Browser } from "../../support/browser/browser.ts";
import { Cluster } from "../../support/cluster.ts";
import { siteOf } from "../../support/site.ts";

setDefaultTimeout(120_000);

/** The servers of a large cluster that has everything wrong that there is, as its central would answer. */

const NO_REPAIRS = { wrongPieces: 0, repairedPieces: 0, damaged: 0, repaired: 0, waiting: 0 };
const NOTHING_TOLD = { room: null, rates: null, repairs: null };

function server(number: number, changes: Partial<SecondaryAnswer> = {}): SecondaryAnswer {
  return {
    ...{ number, address: `nas-${number}.example.org:50000`, http: null, state: "in step", reason: null },
    ...{ files: 200_000, accusations: 0, repairs: NO_REPAIRS },
    copies: { pending: 0, bytes: 0, seconds: 0, obstructed: 0, obstacle: null },
    room: { total: 8e12, free: 3e12 },
    rates: { toClients: 123e6, toSecondaries: 4e6, overHttp: 12e6, received: 98e6 },
    ...changes,
  };
}

const obstacle = "films/a very long name.mkv: there is a folder of this name";
const SERVERS = [
  server(1, { state: "copying", copies: { pending: 1234, bytes: 45e9, seconds: 754, obstructed: 0, obstacle: null } }),
  server(2, {
    ...{ state: "copying", accusations: 7 },
    copies: { pending: 3, bytes: 45e9, seconds: null, obstructed: 2, obstacle },
    repairs: { wrongPieces: 3, repairedPieces: 2, damaged: 2, repaired: 1, waiting: 1 },
  }),
  server(3, { state: "disk missing", reason: "/srv/videos has no marker: is its disk mounted?", ...NOTHING_TOLD }),
  server(4, { state: "lost", ...NOTHING_TOLD }),
  ...Array.from({ length: 16 }, (_, index) => server(index + 5)),
];

function file(name: string, holders: number, heldBy: readonly number[]): ListedFileAnswer {
  return { name, size: 1e9, modified: 0, id: "a".repeat(64), blake3: null, sha256: null, holders, heldBy: [...heldBy] };
}

const FILES = [file("nobody.mkv", 0, []), file("one.mkv", 1, [2]), file("many.mkv", 18, [1, 2, 5, 6, 7, 8])];

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

test.each(["phone", "laptop", "large"] as const)("nothing of it is cut off at the size of a %s", async (size) => {
  await using watched = await browser.open(`${site}/#/servers`, { size });
  const { page } = watched;
  await page.route("**/api/v1/secondaries", (route) => route.fulfill({ json: { secondaries: SERVERS } }));
  await page.route("**/api/v1/files?*", (route) => {
    return route.fulfill({ json: { files: FILES, matches: 200_000, next: "more" } });
  });
  await page.reload();
  await page.locator(".holders-grid").getByText("only copy").waitFor();
  await page.getByText("8 more servers are not drawn.").waitFor();
  const row = page.locator(".server-table tbody tr");
  await row.nth(0).getByText("about 12 min 34 s").waitFor();
  await row.nth(1).getByText("accused 7 times").waitFor();
  await row.nth(2).getByText("is its disk mounted?").waitFor();
  await watched.screenshot(`servers-many-${size}`);
  expect(await watched.overflows()).toBe(false);
  const cut = `[...document.querySelectorAll("main div")].filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.className)`;
  expect(await page.evaluate<string[]>(cut)).toEqual([]);
  // The views scroll, and the page around them does not.
  expect(await page.evaluate<boolean>("document.documentElement.scrollHeight <= innerHeight")).toBe(true);
  expect(await watched.violations()).toEqual([]);
});
