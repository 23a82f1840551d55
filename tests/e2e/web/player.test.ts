import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Browser } from "../../support/browser/browser.ts";
import { PageCluster } from "../../support/browser/page-cluster.ts";
import { SERVER_GONE } from "../../support/browser/watched-page.ts";
import { put } from "../../support/files.ts";
import { WAV_BYTES_PER_SECOND, wav } from "../../support/wav.ts";

setDefaultTimeout(120_000);

const SECONDS = 240;

let cluster: PageCluster;
let browser: Browser;

beforeAll(async () => {
  cluster = await PageCluster.inStepWith(2, (folder) => void put(folder, "music.wav", wav(SECONDS)));
  browser = await Browser.launch();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

/** The element that is heard. */
const MEDIUM = 'document.querySelector(".take:not(.take-next)")';
/** The second up to which it has what it plays now: of what was played elsewhere it may have more. */
const BUFFERED_END = `(({ buffered, currentTime }) =>
  Array.from(buffered, (_, index) => buffered.end(index)).find((end) => end >= currentTime) ?? currentTime)(${MEDIUM})`;

test("sound plays, from any place on, and goes on when the secondary dies that sends it", async () => {
  await using watched = await browser.open(`${cluster.site}/#/files/`, {
    origins: cluster.origins(2),
    allowed: [SERVER_GONE],
  });
  const { page } = watched;
  // So that what is played is not there as a whole long before.
  for (const number of [1, 2]) cluster.web(number).rate = 3 * WAV_BYTES_PER_SECOND;
  await page.getByRole("link", { name: "Play music.wav" }).click();
  await watched.until(`${MEDIUM}?.currentTime > 0.5`);
  expect(await page.evaluate<number>(`${MEDIUM}.duration`)).toBeCloseTo(SECONDS, 0);
  await page.evaluate(`${MEDIUM}.currentTime = 200`);
  await watched.until(`${MEDIUM}?.currentTime > 200.5 && ${MEDIUM}.currentTime < 230`);
  await page.evaluate(`${MEDIUM}.currentTime = 20`);
  await watched.until(`${MEDIUM}?.currentTime > 20.5 && ${MEDIUM}.currentTime < 60`);
  const before = [1, 2].map((number) => cluster.web(number).passed);
  await cluster.until("one of them sends", () =>
    [1, 2].some((number) => cluster.web(number).passed > (before[number - 1] ?? 0)),
  );
  const sender = [1, 2].find((number) => cluster.web(number).passed > (before[number - 1] ?? 0)) ?? 0;
  await cluster.kill(sender);
  const there = await page.evaluate<number>(BUFFERED_END);
  for (const number of [1, 2]) cluster.web(number).rate = Number.POSITIVE_INFINITY;
  // On behind all that was there when it died, without a hand.
  await page.evaluate(`${MEDIUM}.playbackRate = 8`);
  await watched.until(`${MEDIUM}?.currentTime > ${Math.min(there + 5, SECONDS - 1)}`);
  expect(await page.getByText("It cannot be played").count()).toBe(0);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await watched.screenshot("after-the-player");
});
