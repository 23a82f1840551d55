import { CentralSession } from "../../../src/client/central-session.ts";
import { tcpNetwork } from "../../../src/net/transport/tcp.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { silentLog } from "../../../src/platform/log/log.ts";
import { systemRandom, uniqueId } from "../../../src/platform/random.ts";
import { lastingPort } from "../port.ts";
import type { Program } from "../process.ts";
import { siteOf } from "../site.ts";
import { WebCluster } from "../web-cluster.ts";

/** A download that a client has asked for and that goes on for as long as a test wants it to. */
export interface HeldDownload extends Disposable {
  /** Tells the central how many bytes have come. */
  progress(bytes: number): void;
}

/** A cluster whose central has a page at an address that it keeps when it is started again. */
export class PageCluster extends WebCluster {
  private readonly httpPort = lastingPort();
  private readonly least: number;

  /** `least`: how many secondaries must be in step before it serves. */
  constructor(least: number) {
    super();
    this.least = least;
  }

  /** `count` secondaries with what `fill` put into the folder of the first, in step. */
  static async inStepWith(count: number, fill: (folder: string) => void): Promise<PageCluster> {
    const cluster = new PageCluster(count);
    fill(cluster.folder(1));
    cluster.startPage();
    for (let number = 1; number <= count; number++) cluster.startWebSecondary();
    await cluster.central.waitFor("synchronized");
    return cluster;
  }

  /** Where the page is. */
  get site(): string {
    return `http://127.0.0.1:${this.httpPort}`;
  }

  /** Where the page may take films from. */
  origins(count: number): string[] {
    return Array.from({ length: count }, (_, index) => {
      const { port } = this.web(index + 1);
      return `http://127.0.0.${index + 2}:${port}`;
    });
  }

  /** Starts the central, for the first time or again. */
  startPage(args: readonly string[] = []): Program {
    return this.startCentral(["--secondaries", String(this.least), "--http", String(this.httpPort), ...args]);
  }

  /** Resolves when the page can be opened. */
  async pageIsThere(): Promise<void> {
    await siteOf(this.central);
  }

  /** Begins a download as the client `name`. */
  async holdDownload(file: string, name: string): Promise<HeldDownload> {
    const deps = { clock: systemClock, random: systemRandom, network: tcpNetwork(systemClock), log: silentLog };
    const session = new CentralSession(deps, { host: "127.0.0.1", port: this.centralPort }, name, () => {});
    session.start();
    await session.untilConnected();
    const download = uniqueId(systemRandom);
    session.send({ type: "download", download, name: file, running: null });
    return {
      progress: (bytes) => void session.send({ type: "progress", download, bytes, sources: [1] }),
      [Symbol.dispose]: () => session.stop(),
    };
  }
}
