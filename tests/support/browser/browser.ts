import { type Browser as Chromium, chromium } from "playwright-core";
import { type PageOptions, WatchedPage } from "./watched-page.ts";

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

/** One Chromium without a window and with a profile of its own, for all pages of a test file. */
export class Browser implements AsyncDisposable {
  private constructor(private readonly chromium: Chromium) {}

  static async launch(): Promise<Browser> {
    const executablePath = PROGRAMS.map((name) => Bun.which(name)).find((path) => path !== null);
    if (executablePath === undefined) {
      throw new Error("the tests of the page drive Chromium: install Debian's package chromium, as .ci/packages does");
    }
    return new Browser(await chromium.launch({ executablePath, args: ARGUMENTS, timeout: START_TIMEOUT_MS }));
  }

  get version(): string {
    return this.chromium.version();
  }

  /** Opens an address in a new page with cookies and storage of its own. */
  async open(url: string, options: PageOptions = {}): Promise<WatchedPage> {
    return WatchedPage.open(this.chromium, url, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.chromium.close();
  }
}
