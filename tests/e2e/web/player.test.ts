import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Browser } from "../../support/browser/browser.ts";
import { PageCluster } from "../../support/browser/page-cluster.ts";
import { SERVER_GONE } from "../../support/browser/watched-page.ts";
import { FILM_BYTES_PER_SECOND, makeFilm } from "../../support/film.ts";
import { WAV_BYTES_PER_SECOND, wav } from "../../support/wav.ts";

setDefaultTimeout(120_000);

const SECONDS = 240;

let samples: string;
let browser: Browser;

beforeAll(async () => {
  samples = mkdtempSync(join(tmpdir(), "redes-samples-"));
  writeFileSync(join(samples, "music.wav"), wav(SECONDS));
  await makeFilm(join(samples, "film.webm"), SECONDS);
  browser = await Browser.launch();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  rmSync(samples, { recursive: true, force: true });
});

/** The element that is heard or seen. */
const MEDIUM = 'document.querySelector(".player-element:not(.player-element-next)")';
/** The second up to which it has what it plays now: of what was played elsewhere it may have more. */
const BUFFERED_END = `(({ buffered, currentTime }) =>
  Array.from(buffered, (_, index) => buffered.end(index)).find((end) => end >= currentTime) ?? currentTime)(${MEDIUM})`;

test.each([
  ["sound", "music.wav", WAV_BYTES_PER_SECOND],
  ["a film", "film.webm", FILM_BYTES_PER_SECOND],
])(
  "%s plays, from any place on, and goes on when the secondary dies that sends it",
  async (_kind, name, bytesPerSecond) => {
    await using cluster = await PageCluster.inStepWith(
      2,
      (folder) => void copyFileSync(join(samples, name), join(folder, name)),
    );
    await using watched = await browser.open(`${cluster.site}/#/files/`, {
      origins: cluster.origins(2),
      allowed: [SERVER_GONE],
    });
    const { page } = watched;
    // So that what is played is not there as a whole long before.
    for (const number of [1, 2]) cluster.web(number).rate = 3 * bytesPerSecond;
    await page.getByRole("link", { name: `Play ${name}` }).click();
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
    await watched.screenshot(`after-the-player-of-${name}`);
  },
);

test("what only a secondary has that came after the page was loaded plays all the same", async () => {
  await using later = await PageCluster.inStepWith(1, (folder) =>
    copyFileSync(join(samples, "music.wav"), join(folder, "music.wav")),
  );
  await using watched = await browser.open(`${later.site}/#/files/`, {
    origins: later.origins(1),
    allowed: [SERVER_GONE, /Content Security Policy/],
  });
  const { page } = watched;
  later.startWebSecondary();
  await later.settled([1, 2], 1);
  watched.allowOrigins(later.origins(2));
  await later.kill(1);
  await page.getByRole("link", { name: "Play music.wav" }).click();
  await watched.until(`${MEDIUM}?.readyState >= 3`);
});
