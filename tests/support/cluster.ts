import { afterEach } from "bun:test";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { isWorkName } from "../../src/transfer/sinks/work-files/work-files.ts";
import { everything, shared } from "./files.ts";
import { lastingPort } from "./port.ts";
import { DEADLINE, isTrace, Program, type ProgramOptions } from "./process.ts";
import { SlowProxy } from "./proxy.ts";

export interface GetResult {
  readonly event: "done" | "failed";
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly id: string;
  readonly hash: string;
  readonly blake3?: string;
  readonly sha256?: string;
  readonly seconds: number;
  readonly resumedBytes: number;
  readonly receivedBytes: number;
  readonly duplicateBytes: number;
  readonly retries: number;
  readonly sources: readonly {
    readonly number: number;
    readonly address: string;
    readonly bytes: number;
    readonly faults?: number;
  }[];
  readonly error?: string;
}

export interface Status {
  readonly synchronized: boolean;
  readonly secondaries: readonly {
    readonly number: number;
    readonly address: string;
    readonly state: string;
    readonly files: number;
    readonly accusations?: number;
    readonly obstacles?: number;
    readonly obstacle?: string;
    readonly room?: { readonly total: number; readonly free: number };
    readonly sending?: number;
    readonly receiving?: number;
    readonly left?: { readonly files: number; readonly bytes: number; readonly seconds: number | null };
  }[];
  readonly downloads: { readonly active: number; readonly waiting: number };
  readonly statistics: {
    readonly files: Readonly<Record<string, number>>;
    readonly clients: Readonly<Record<string, number>>;
  };
}

export interface Listed {
  readonly name: string;
  readonly size: number;
  readonly id: string;
  readonly hash: string;
  readonly blake3?: string;
  readonly sha256?: string;
  readonly sources: number;
}

export interface GetOptions {
  /** Where files go; a folder of the cluster. */
  readonly dir?: string;
  readonly name?: string;
  readonly args?: readonly string[];
}

/** Milliseconds for a program to end when the test is over. */
const ENDING = 15_000;
/** Milliseconds between two checks of something that causes no event. */
const LOOK = 100;

/** What was wrong when clusters ended. Thrown later, or it would hide what made the test fail. */
const faults: unknown[] = [];

afterEach(() => {
  const [first] = faults.splice(0);
  if (first !== undefined) throw first;
});

/** A central, secondaries and clients, each a process of the executable with folders of its own. */
export class Cluster implements AsyncDisposable {
  readonly root: string;
  readonly centralPort = lastingPort();
  /** Whether unfinished downloads may be left when all is over. */
  leavesParts = false;
  /** How many files each process that is started from now on may have open at once. */
  descriptors: number | undefined;
  private readonly ports = new Map<number, number>();
  private readonly proxies = new Map<number, SlowProxy>();
  private readonly servers = new Map<number, Program>();
  private readonly programs: Program[] = [];
  private clients = 0;

  /** `parent`: where all its folders go. */
  constructor(parent = os.tmpdir()) {
    this.root = fs.realpathSync(fs.mkdtempSync(path.join(parent, "redes-e2e-")));
  }

  /** A whole cluster, in step: `count` secondaries with what `fill` put into their folders. */
  static async inStep(
    options: {
      count?: number;
      proxies?: boolean;
      central?: readonly string[];
      parent?: string;
      descriptors?: number;
    },
    fill: (folder: (number: number) => string) => void,
  ): Promise<Cluster> {
    const { count = 3, proxies = false, central = [] } = options;
    const cluster = new Cluster(options.parent);
    cluster.descriptors = options.descriptors;
    try {
      fill((number) => cluster.folder(number));
      cluster.startCentral(["--secondaries", String(count), ...central]);
      for (let number = 1; number <= count; number++) cluster.startSecondary(number, { proxy: proxies });
      await cluster.central.waitFor("synchronized");
      return cluster;
    } catch (error) {
      await cluster.destroy();
      throw error;
    }
  }

  get central(): Program {
    return this.server(0);
  }

  secondary(number: number): Program {
    return this.server(number);
  }

  proxy(number: number): SlowProxy {
    const proxy = this.proxies.get(number);
    if (!proxy) throw new Error(`secondary ${number} has no proxy`);
    return proxy;
  }

  /** Bytes that all secondaries have sent since `slow`. */
  get passed(): number {
    return [...this.proxies.values()].reduce((sum, { passed }) => sum + passed, 0);
  }

  /** The shared folder of a secondary. */
  folder(number: number): string {
    const folder = path.join(this.root, `videos${number}`);
    fs.mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Where a server keeps its data: number 0 is the central. */
  data(number: number): string {
    const folder = path.join(this.root, `data${number}`);
    fs.mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** A fresh folder for downloads. */
  downloads(): string {
    this.clients += 1;
    const folder = path.join(this.root, `downloads${this.clients}`);
    fs.mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Where a secondary listens, also before it is started. */
  portOf(number: number): number {
    const port = this.ports.get(number) ?? lastingPort();
    this.ports.set(number, port);
    return port;
  }

  startCentral(args: readonly string[] = [], options: Pick<ProgramOptions, "ignoring"> = {}): Program {
    const own = ["--port", String(this.centralPort), "--data", this.data(0), "--log", "json"];
    return this.start(0, { name: "central", args: ["central", ...own, ...args], cwd: this.root, ...options });
  }

  startSecondary(number: number, options: { proxy?: boolean; args?: readonly string[] } = {}): Program {
    const port = this.portOf(number);
    if (options.proxy && !this.proxies.has(number)) this.proxies.set(number, new SlowProxy());
    const proxy = this.proxies.get(number);
    if (proxy) proxy.target = port;
    const { root, centralPort } = this;
    const own = [
      ...["--number", String(number), "--port", String(port), "--central-port", String(centralPort)],
      ...["--dir", this.folder(number), "--data", this.data(number), "--log", "json"],
      ...(proxy ? ["--advertise", `127.0.0.1:${proxy.port}`] : []),
    ];
    const args = ["secondary", ...own, ...(options.args ?? [])];
    return this.start(number, { name: `secondary ${number}`, args, cwd: root });
  }

  /** Limits what each secondary behind a proxy sends, in bytes for each second of each connection; counts anew. */
  slow(rate: number): void {
    for (const proxy of this.proxies.values()) {
      proxy.rate = rate;
      proxy.reset();
    }
  }

  /** Ends slowness. */
  fast(): void {
    for (const proxy of this.proxies.values()) proxy.rate = Number.POSITIVE_INFINITY;
  }

  /** Waits until each of these secondaries has sent so many bytes since `slow`. */
  async sent(numbers: readonly number[], bytes: number): Promise<void> {
    const all = Promise.all(numbers.map((number) => this.proxy(number).reached(bytes)));
    await this.central.within(all, `secondaries ${numbers} send ${bytes} bytes`);
  }

  /** Ends a server at once. */
  async kill(number: number): Promise<void> {
    await this.server(number).kill();
  }

  /** Any client command; it is told where the central is. */
  client(args: readonly string[], options: Partial<ProgramOptions> = {}): Program {
    const program = new Program({
      name: `client ${args.join(" ")}`,
      args: ["client", "--central-port", String(this.centralPort), ...args],
      cwd: this.root,
      descriptors: this.descriptors,
      ...options,
    });
    this.programs.push(program);
    return program;
  }

  /** Begins `client get --json`. */
  getting(names: readonly string[], { dir = this.downloads(), name = "ana", args = [] }: GetOptions = {}): Program {
    return this.client(["get", ...names, "--json", "--dir", dir, "--name", name, ...args]);
  }

  /** `client get --json` to its end. */
  async get(
    names: readonly string[],
    options: GetOptions = {},
  ): Promise<{ code: number | null; results: GetResult[] }> {
    return this.finish(this.getting(names, options));
  }

  async finish(program: Program): Promise<{ code: number | null; results: GetResult[] }> {
    const code = await program.within(program.exited, "ends");
    return { code, results: program.out.all.map((line) => JSON.parse(line) as GetResult) };
  }

  status(): Promise<Status> {
    return this.ask(["status", "--json"]) as Promise<Status>;
  }

  list(): Promise<Listed[]> {
    return this.ask(["list", "--json"]) as Promise<Listed[]>;
  }

  /** Checks again and again until `condition` holds. */
  async until(what: string, condition: () => boolean | Promise<boolean>, deadline = DEADLINE): Promise<void> {
    const end = performance.now() + deadline;
    while (!(await condition())) {
      if (performance.now() > end) throw new Error(`it never came to this: ${what}\n${this.tails()}`);
      await Bun.sleep(LOOK);
    }
  }

  /** Waits until a secondary's folder holds these files and no other. */
  async holds(number: number, names: readonly string[]): Promise<void> {
    const wanted = JSON.stringify([...names].sort());
    await this.until(
      `secondary ${number} holds ${wanted}`,
      () => JSON.stringify(shared(this.folder(number))) === wanted,
    );
  }

  /** Waits until the central says that all these secondaries are in step. */
  async settled(numbers: readonly number[], files: number): Promise<void> {
    await this.until(`secondaries ${numbers} are in step with ${files} files`, async () => {
      const { secondaries } = await this.status();
      return numbers.every((number) => {
        const found = secondaries.find((secondary) => secondary.number === number);
        return found?.state === "in step" && found.files === files;
      });
    });
  }

  /** Ends everything in order, and checks that all ended well and left nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.fast();
      await Promise.all(this.programs.filter((program) => program.alive).map((program) => this.end(program)));
      this.checkLogs();
      this.checkLeftovers();
    } catch (error) {
      faults.push(error);
    } finally {
      await this.destroy();
    }
  }

  private async end(program: Program): Promise<void> {
    program.signal("SIGCONT");
    const { code } = await program.terminate(ENDING);
    if (code !== 0 && program.options.args.includes("--data")) {
      throw new Error(`${program.name} ended with exit code ${code}\n${program.tail()}`);
    }
  }

  private server(number: number): Program {
    const server = this.servers.get(number);
    if (!server) throw new Error(`server ${number} was not started`);
    return server;
  }

  private start(number: number, options: ProgramOptions): Program {
    const program = new Program({ descriptors: this.descriptors, ...options });
    this.servers.set(number, program);
    this.programs.push(program);
    return program;
  }

  private async ask(args: readonly string[]): Promise<unknown> {
    await this.central.waitFor("listening");
    const program = this.client(args);
    const code = await program.within(program.exited, "answers");
    if (code !== 0) throw new Error(`exit code ${code}\n${program.tail()}`);
    return JSON.parse(program.out.all.join("\n"));
  }

  private tails(): string {
    return [...this.servers.values()].map((server) => server.tail()).join("\n");
  }

  private checkLogs(): void {
    for (const program of this.programs) {
      const odd = [...program.err.all, ...program.out.all].find(isTrace);
      if (odd !== undefined) throw new Error(`${program.name} shows a stack trace: ${odd}\n${program.tail()}`);
      if (program.options.args.includes("--log")) {
        const foreign = program.err.all.find((line) => line !== "" && !line.startsWith('{"'));
        if (foreign !== undefined) throw new Error(`${program.name} logged what is no JSON: ${foreign}`);
      }
    }
  }

  private checkLeftovers(): void {
    const left = everything(this.root).filter((name) => {
      if (name.startsWith("downloads")) return !this.leavesParts && isWorkName(name);
      // Copies that were under way when it ended are resumed; what is gone must leave nothing.
      // The marker and the kept files are to stay.
      return /\/\.redes\/(?!marker$|kept\/)/.test(name) && !this.leavesParts;
    });
    if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}\n${this.tails()}`);
  }

  private async destroy(): Promise<void> {
    for (const program of this.programs) if (program.alive) await program.kill();
    for (const proxy of this.proxies.values()) proxy.stop();
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}
