import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { newClusterKey } from "../../../src/keys/issue.ts";
import { writeKeyFile } from "../../../src/keys/key-file.ts";
import { put, same, shared } from "../../support/files.ts";
import { lastingPort } from "../../support/port.ts";
import { DEADLINE, isTrace, Program } from "../../support/process.ts";
import type { WebRole } from "../inputs/web-requests.ts";
import { FILM, WEB_FILES } from "../web/catalogue.ts";
import { type Certificates, certificatesFor } from "./guise.ts";

const SECONDARIES = [1, 2];
/** The one for which most requests over HTTP ask, also to remove it, which whoever is on this machine may do without keys. */
const ASKED_FOR = WEB_FILES[0]?.name ?? "";
/** The one that somebody honest wants. */
const FILE = `honest ${ASKED_FOR}`;
/** What the central says when it has lost one of the secondaries, whose sessions are none of the attackers'. */
const LOST = /"secondary [12] is lost/;
/** What a session, or a request over HTTP, says in the log when the program has failed in it. */
const FAULTS = ["dealing with what it sent failed here", '"http-mistake"'];

/** A central and two secondaries of the built executable, in step, with two files; with keys, or without and over HTTP too. */
export class RealCluster implements AsyncDisposable {
  readonly centralPort = lastingPort();
  readonly secondaryPort = lastingPort();
  /** Where each role answers HTTP, which is not where there are keys. */
  readonly webPorts: ReadonlyMap<WebRole, number>;
  readonly servers: Program[] = [];
  certificates: Certificates = new Map();
  private readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "redes-fuzz-ports-")));
  private keyArgs: readonly string[] = [];
  private downloads = 0;

  private constructor(readonly keyed: boolean) {
    const roles = keyed ? [] : (["central", "secondary", "client"] as const);
    this.webPorts = new Map(roles.map((role) => [role, lastingPort()]));
  }

  static async start(keyed: boolean): Promise<RealCluster> {
    const cluster = new RealCluster(keyed);
    try {
      if (keyed) await cluster.makeKeys();
      for (const name of [FILE, ASKED_FOR]) put(cluster.folder(1), name, FILM);
      await cluster.startServers();
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  /** An honest client downloads the file. Milliseconds that it takes; throws when it does not end right. */
  async download(): Promise<number> {
    this.downloads += 1;
    const dir = path.join(this.root, `download${this.downloads}`);
    fs.mkdirSync(dir);
    const began = performance.now();
    const client = this.client(["get", FILE, "--json", "--dir", dir, "--name", "ana"]);
    const code = await client.within(client.exited, "ends");
    const took = performance.now() - began;
    if (code !== 0) throw new Error(`an honest download ended with exit code ${code}\n${client.tail()}`);
    if (!(await same(path.join(dir, FILE), path.join(this.folder(1), FILE)))) throw new Error("a download is wrong");
    fs.rmSync(dir, { recursive: true });
    return took;
  }

  /** What is wrong with what somebody honest gets who asks now. */
  async refusals(): Promise<string[]> {
    const client = this.client(["list", "--json"]);
    const code = await client.within(client.exited, "ends");
    const listed = code === 0 ? (JSON.parse(client.out.all.join("")) as { readonly name: string }[]) : [];
    const found = listed.some(({ name }) => name === FILE) ? [] : ["an honest client is not answered"];
    const overHttp = [...this.webPorts].map(async ([role, port]) => {
      const response = await fetch(`http://127.0.0.1:${port}/files/${encodeURIComponent(FILE)}`, {
        signal: AbortSignal.timeout(DEADLINE),
      });
      const isRight = FILM.equals(await response.bytes());
      return isRight ? [] : [`over HTTP the ${role} gives wrong bytes, with ${response.status}`];
    });
    const failed = (error: Error) => [`somebody honest is not answered over HTTP: ${error.message}`];
    return [...found, ...(await Promise.all(overHttp).then((all) => all.flat(), failed))];
  }

  /** What is wrong with the servers, what they say and what they share. */
  problems(): string[] {
    const found: string[] = [];
    for (const server of this.servers) {
      if (!server.alive) found.push(`${server.name} has ended\n${server.tail()}`);
      const odd = server.err.all.find((line) => isTrace(line) || FAULTS.some((fault) => line.includes(fault)));
      if (odd !== undefined) found.push(`${server.name} says ${odd}`);
      const lost = server.err.all.find((line) => LOST.test(line));
      if (lost !== undefined) found.push(`a session of others has ended: ${lost}`);
    }
    for (const number of SECONDARIES) {
      const names = shared(this.folder(number)).filter((name) => name !== ASKED_FOR);
      // Whoever connects may put files where there are no keys. With keys attackers may read alone.
      const isRight = this.keyed ? names.join() === FILE : names.includes(FILE);
      if (!isRight) found.push(`secondary ${number} shares ${names}`);
    }
    return found;
  }

  /** MiB of memory of each server. */
  memory(): number[] {
    return this.servers.map(({ pid, alive }) => {
      if (!alive) return 0;
      const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
      return Math.round(Number(/^VmRSS:\s+(?<kib>\d+) kB/m.exec(status)?.groups?.kib ?? 0) / 1024);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.servers.toReversed()) if (server.alive) await server.kill();
    fs.rmSync(this.root, { recursive: true, force: true });
  }

  private async makeKeys(): Promise<void> {
    const now = Date.now();
    const key = await newClusterKey(now);
    const file = path.join(this.root, "cluster.key");
    await writeKeyFile(file, key);
    this.keyArgs = ["--key-file", file];
    this.certificates = await certificatesFor(key, now);
  }

  private async startServers(): Promise<void> {
    const central = this.start("central", [
      ...["central", "--port", String(this.centralPort), "--secondaries", String(SECONDARIES.length)],
      ...["--data", path.join(this.root, "central"), "--log", "json", ...this.http("central")],
    ]);
    for (const number of SECONDARIES) {
      const port = number === 1 ? this.secondaryPort : 0;
      this.start(`secondary ${number}`, [
        ...["secondary", "--number", String(number), "--port", String(port)],
        ...["--central-port", String(this.centralPort), "--dir", this.folder(number)],
        ...["--data", path.join(this.root, `data${number}`), "--log", "json"],
        ...(number === 1 ? this.http("secondary") : []),
      ]);
    }
    await central.waitFor("synchronized");
    if (!this.keyed) await this.startClientServe();
    const end = performance.now() + DEADLINE;
    while (!fs.existsSync(path.join(this.folder(2), FILE))) {
      if (performance.now() > end) throw new Error(`secondary 2 has no copy\n${central.tail()}`);
      await Bun.sleep(100);
    }
  }

  private http(role: WebRole): string[] {
    const port = this.webPorts.get(role);
    return port === undefined ? [] : ["--http", String(port)];
  }

  private async startClientServe(): Promise<void> {
    const own = ["client", "serve", "--central-port", String(this.centralPort), "--cache", "0", "--log", "json"];
    await this.start("client serve", [...own, ...this.http("client")]).waitFor("http-listening");
  }

  private start(name: string, args: readonly string[]): Program {
    const server = new Program({ name, args: [...args, ...this.keyArgs], cwd: this.root });
    this.servers.push(server);
    return server;
  }

  private client(args: readonly string[]): Program {
    const own = ["client", "--central-port", String(this.centralPort), ...args, ...this.keyArgs];
    return new Program({ name: `client ${args[0]}`, args: own, cwd: this.root });
  }

  private folder(number: number): string {
    const folder = path.join(this.root, `files${number}`);
    fs.mkdirSync(folder, { recursive: true });
    return folder;
  }
}
