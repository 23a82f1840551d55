import { type Browser, chromium } from "playwright-core";

/** Programs that are Chromium, in the order in which they are taken. */
const PROGRAMS = ["chromium", "chromium-browser", "google-chrome"];
/** Milliseconds for it to start: its first start on a cold disk takes seconds. */
const START_TIMEOUT_MS = 60_000;

/** Nothing but what a page asks for: Chromium's own services would make requests of their own. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // In a container /dev/shm may be small.
  "--disable-dev-shm-usage",
  "--autoplay-policy=no-user-gesture-required",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.*, EXCLUDE localhost",
];

/** Starts Chromium without a window and with a profile of its own. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = PROGRAMS.map((name) => Bun.which(name)).find((path) => path !== null);
  if (executablePath === undefined) {
    throw new Error("the tests of the page drive Chromium: install Debian's package chromium, as .ci/packages does");
  }
  return chromium.launch({ executablePath, args: ARGUMENTS, timeout: START_TIMEOUT_MS });
}
