import { Cluster } from "./cluster.ts";
import { lastingPort } from "./port.ts";
import { SlowProxy } from "./proxy.ts";
import { siteOf } from "./site.ts";

/** A cluster whose secondaries answer HTTP, each behind a proxy: what the central knows of a secondary is the proxy's address. */
export class WebCluster extends Cluster {
  private readonly webProxies: SlowProxy[] = [];

  /** The proxy before the HTTP of a secondary. */
  web(number: number): SlowProxy {
    const proxy = this.webProxies[number - 1];
    if (!proxy) throw new Error(`secondary ${number} was not started`);
    return proxy;
  }

  /** Starts the next secondary. `makeProxy`: what stands before its HTTP. */
  startWebSecondary(makeProxy: new (address: { host: string; port: number }) => SlowProxy = SlowProxy): void {
    const number = this.webProxies.length + 1;
    const port = lastingPort();
    // All of 127.0.0.0/8 is this machine: one port at two hosts.
    const host = `127.0.0.${1 + number}`;
    const proxy = new makeProxy({ host, port });
    proxy.target = port;
    this.webProxies.push(proxy);
    this.startSecondary(number, { args: this.webArguments(number) });
  }

  /** Starts one that was ended, where it was before. */
  startAgain(number: number): void {
    this.startSecondary(number, { args: this.webArguments(number) });
  }

  private webArguments(number: number): string[] {
    const host = `127.0.0.${1 + number}`;
    return ["--ip", host, "--advertise", host, "--http", `127.0.0.1:${this.web(number).target}`];
  }

  /** `count` secondaries with what `fill` put into their folders, in step. Gives where the central answers HTTP. */
  async begin(count: number, fill: (folder: string, number: number) => void): Promise<string> {
    for (let number = 1; number <= count; number++) fill(this.folder(number), number);
    this.startCentral(["--secondaries", String(count), "--http", "0"]);
    for (let number = 1; number <= count; number++) this.startWebSecondary();
    await this.central.waitFor("synchronized");
    return siteOf(this.central);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    for (const proxy of this.webProxies) proxy.stop();
    await super[Symbol.asyncDispose]();
  }
}
