import type { Browser as Chromium } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { type PageOptions, WatchedPage } from "./watched-page.ts";

/** One Chromium without a window and with a profile of its own, for all pages of a test file. */
export class Browser implements AsyncDisposable {
  private constructor(private readonly chromium: Chromium) {}

  static async launch(): Promise<Browser> {
    return new Browser(await launchChromium());
  }

  /** Opens an address in a new page with cookies and storage of its own. */
  async open(url: string, options: PageOptions = {}): Promise<WatchedPage> {
    return WatchedPage.open(this.chromium, url, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.chromium.close();
  }
}
