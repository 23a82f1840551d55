import { afterEach } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import type { BrowserContextOptions, Browser as Chromium, Page, Request } from "playwright-core";
import { type Violation, violationsOf } from "./accessibility.ts";

/** Where screenshots go. */
const SCREENSHOTS = path.resolve("dist/screenshots");
/** Milliseconds after which what is waited for in a page is taken to never come: far more than a slow machine takes. */
const DEADLINE = 30_000;
/** Milliseconds between two looks at what a page tells nobody of. */
const LOOK = 50;

/** Widths and heights at which a page must be right: a phone, a laptop, a large screen. */
export const SIZES = {
  phone: { width: 360, height: 740 },
  laptop: { width: 1280, height: 800 },
  large: { width: 2560, height: 1440 },
} as const;

/**
 * What the console says of requests to a server that is killed: in which way they fail depends on how far each has come. Of
 * a connection that is reset between its beginning and its use Chromium says that it is none.
 */
export const SERVER_GONE =
  /ERR_(CONNECTION_(REFUSED|RESET|CLOSED|ABORTED)|SOCKET_NOT_CONNECTED|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|CONTENT_LENGTH_MISMATCH)/;

/** What the console says of requests to a server that does not yet know of all files, or has no central. */
export const NOT_SERVING = /responded with a status of 503 /;

export interface PageOptions {
  readonly size?: keyof typeof SIZES;
  readonly locale?: "en-US" | "es-ES";
  readonly colors?: "light" | "dark";
  readonly reducedMotion?: boolean;
  /** Other origins that requests may go to, such as those of the secondaries. */
  readonly origins?: readonly string[];
  /** What the console may say although it is an error, such as of a server that a test kills. */
  readonly allowed?: readonly RegExp[];
  /** In the place of a certificate that the browser knows. */
  readonly ignoreHTTPSErrors?: boolean;
}

/** The first thing that was wrong with each page that has been closed. Thrown later, or it would hide what made the test fail. */
const faults: string[] = [];

afterEach(() => {
  const found = faults.splice(0);
  if (found.length > 0) throw new Error(found.join("\n"));
});

/** Each violation of the Content Security Policy is an error in the console, with what was blocked. */
const REPORT_VIOLATIONS = `document.addEventListener("securitypolicyviolation", (event) => {
  console.error("against the Content Security Policy: " + event.violatedDirective + " " + event.blockedURI + " " + event.sample);
})`;

/** A page that makes its test fail when it has an error, breaks its Content Security Policy, or asks another server for something. */
export class WatchedPage implements AsyncDisposable {
  private readonly faults: string[] = [];
  private readonly allowed: RegExp[];

  private constructor(
    /** The page as playwright drives it. */
    readonly page: Page,
    private readonly origins: Set<string>,
    { allowed = [] }: PageOptions,
  ) {
    this.allowed = [...allowed];
    page.on("console", (message) => {
      if (message.type() === "error") this.found(`console: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => this.found(`error in the page: ${error.stack ?? error.message}`));
    page.on("request", (request) => this.checkOrigin(request));
    page.on("crash", () => this.found("the page has crashed"));
  }

  /** For {@link Browser.open}. */
  static async open(chromium: Chromium, url: string, options: PageOptions): Promise<WatchedPage> {
    const context = await chromium.newContext(settingsOf(options));
    context.setDefaultTimeout(DEADLINE);
    await context.addInitScript(REPORT_VIOLATIONS);
    const origins = new Set([new URL(url).origin, ...(options.origins ?? [])]);
    const watched = new WatchedPage(await context.newPage(), origins, options);
    try {
      await watched.page.goto(url);
      return watched;
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  /** What was wrong so far, which makes no test fail any more. */
  takeFaults(): string[] {
    return this.faults.splice(0);
  }

  /** From now on requests may go to these origins too. */
  allowOrigins(origins: readonly string[]): void {
    for (const origin of origins) this.origins.add(origin);
  }

  /** From now on the console may say this. */
  allow(error: RegExp): void {
    this.allowed.push(error);
  }

  /** Waits until an expression of the page's own language is true. The policy of a page lets nothing in it wait for a text of ours. */
  async until(expression: string): Promise<void> {
    const end = performance.now() + DEADLINE;
    while (!(await this.isTrue(expression))) {
      if (performance.now() > end) throw new Error(`${this.page.url()}: it never came to this: ${expression}`);
      await Bun.sleep(LOOK);
    }
  }

  /** Of a page that is just being loaded again nothing is. */
  private async isTrue(expression: string): Promise<boolean> {
    try {
      return await this.page.evaluate<boolean>(`Boolean(${expression})`);
    } catch (error) {
      if (String(error).includes("Execution context was destroyed")) return false;
      throw error;
    }
  }

  /** Writes what is seen into dist/screenshots. */
  async screenshot(name: string): Promise<void> {
    fs.mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), animations: "disabled" });
  }

  /** What people who need help of their browser cannot use: none, in a page that is right. */
  violations(): Promise<Violation[]> {
    return violationsOf(this.page);
  }

  /** Whether something is wider than the screen. */
  async overflows(): Promise<boolean> {
    return this.page.evaluate<boolean>("document.documentElement.scrollWidth > document.documentElement.clientWidth");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
    faults.push(...this.faults.slice(0, 5));
  }

  private checkOrigin(request: Request): void {
    const { origin, protocol, href } = new URL(request.url());
    if (protocol === "data:" || protocol === "blob:" || href === "about:blank") return;
    if (!this.origins.has(origin)) this.found(`a request to another server: ${href}`);
  }

  private found(fault: string): void {
    if (!this.allowed.some((one) => one.test(fault))) this.faults.push(`${this.page.url()}: ${fault}`);
  }
}

function settingsOf(options: PageOptions): BrowserContextOptions {
  const { size = "laptop", locale = "en-US", colors = "light", reducedMotion = false } = options;
  return {
    viewport: SIZES[size],
    locale,
    timezoneId: "UTC",
    colorScheme: colors,
    reducedMotion: reducedMotion ? "reduce" : "no-preference",
    ignoreHTTPSErrors: options.ignoreHTTPSErrors ?? false,
    // A worker would make requests that nobody here sees.
    serviceWorkers: "block",
  };
}
