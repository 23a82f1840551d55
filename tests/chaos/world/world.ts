import path from "node:path";
import type { Listed, Status } from "../../support/cluster.ts";
import { Program } from "../../support/process.ts";
import { type Figures, serverFigures } from "./figures.ts";
import { Hosts } from "./hosts.ts";
import type { ChaosLog } from "./log.ts";
import { Server } from "./server.ts";
import { SharedDisk } from "./shared-disk.ts";
import { SmallDisk } from "./small-disk.ts";
import type { Verdict } from "./verdict.ts";

export const SECONDARIES = [1, 2, 3] as const;
/** Hosts of clients come after those of the central and the secondaries. */
export const CLIENT_HOSTS = [4, 5] as const;
const CENTRAL_HOST = 0;
/** The numbers of servers are those of their hosts. */
export const ALL_HOSTS = [CENTRAL_HOST, ...SECONDARIES, ...CLIENT_HOSTS] as const;
const CENTRAL_PORT = 50_000;
/** MiB of each shared disk: some times what all files have, so that kept files fill it in the course of time. */
const DISK_MIB = 400;
/** MiB of the disk of each database: some times what that has. */
const DATA_DISK_MIB = 48;
/** MiB of the disk that downloads go to. */
const CLIENT_DISK_MIB = 500;
/** Milliseconds after a disk's return by which a secondary has given up what it did on the disk before. */
const DISK_NOTICED_MS = 20_000;
/** Milliseconds for a question to the central. A frozen one lets a client wait. */
const QUESTION_MS = 20_000;
/** Milliseconds for a server to end after SIGTERM: it promises 2 s, on a machine with nothing else to do. */
export const ENDING_MS = 10_000;

/** The real cluster: hosts, disks and the processes of the servers. */
export class World {
  readonly hosts = new Hosts(ALL_HOSTS.length);
  readonly disks: readonly SharedDisk[];
  /** Where downloads go. */
  readonly clientDisk: SmallDisk;
  private readonly dataDisks: readonly SmallDisk[];
  /** The central first, then the secondaries by their numbers. */
  readonly servers: readonly Server[];
  /** Processes that were sent SIGSTOP and not SIGCONT. */
  readonly frozen = new Set<Program>();
  private readonly questions = new Set<Program>();

  constructor(
    /** Where everything of this run is. */
    readonly root: string,
    readonly log: ChaosLog,
    readonly verdict: Verdict,
  ) {
    this.disks = SECONDARIES.map((number) => new SharedDisk(root, number, DISK_MIB));
    const numbers = [CENTRAL_HOST, ...SECONDARIES];
    this.dataDisks = numbers.map((number) => new SmallDisk(path.join(root, `data${number}`), DATA_DISK_MIB));
    this.clientDisk = new SmallDisk(path.join(root, "downloads"), CLIENT_DISK_MIB);
    this.servers = numbers.map((number) => this.makeServer(number));
  }

  server(number: number): Server {
    const server = this.servers[number];
    if (!server) throw new Error(`there is no server ${number}`);
    return server;
  }

  disk(number: number): SharedDisk {
    const disk = this.disks[number - 1];
    if (!disk) throw new Error(`there is no disk ${number}`);
    return disk;
  }

  /** Where the database of a server is. */
  dataDisk(number: number): SmallDisk {
    const disk = this.dataDisks[number];
    if (!disk) throw new Error(`there is no server ${number}`);
    return disk;
  }

  get central(): Server {
    return this.server(CENTRAL_HOST);
  }

  /** A client's command on a host. */
  client(host: number, args: readonly string[], options: { binary?: boolean; descriptors?: number } = {}): Program {
    const { binary = false, descriptors } = options;
    const limit = descriptors === undefined ? [] : ["prlimit", `--nofile=${descriptors}:${descriptors}`];
    const address = ["--central-ip", this.hosts.address(CENTRAL_HOST), "--central-port", String(CENTRAL_PORT)];
    return new Program({
      name: `client ${args.join(" ")}`,
      args: ["client", ...args, ...address],
      cwd: this.root,
      env: { TMPDIR: this.root },
      binary,
      runner: [...this.hosts.enter(host), ...limit],
    });
  }

  /** What the central says of itself, asked from a client's host; null when it gives no answer. */
  status(): Promise<Status | null> {
    return this.ask(["status", "--json"]) as Promise<Status | null>;
  }

  /** The catalogue; null when the central gives no answer. */
  list(): Promise<Listed[] | null> {
    return this.ask(["list", "--json"]) as Promise<Listed[] | null>;
  }

  freeze(program: Program): void {
    program.signal("SIGSTOP");
    this.frozen.add(program);
  }

  thaw(program: Program): void {
    this.frozen.delete(program);
    if (program.alive) program.signal("SIGCONT");
  }

  /** Ends all servers in order. */
  async stop(): Promise<void> {
    for (const server of [...this.servers].reverse()) {
      const code = await server.terminate(ENDING_MS).catch((error: Error) => error.message);
      this.log.line(server.name, `ends, exit code ${code}`);
      this.verdict.require(code === 0, "servers end in order", `${server.name} ended with ${code}`);
    }
  }

  get figures(): Figures {
    return serverFigures(this);
  }

  undisturbedSince(secondary: number): number {
    return Math.max(this.server(secondary).startedAt, this.disk(secondary).mountedAt + DISK_NOTICED_MS);
  }

  /** All processes that have run, for their logs. */
  get serverRuns(): Program[] {
    return this.servers.flatMap((server) => server.runs);
  }

  /** What the servers have logged as errors, each kind once, with how often it came. For people to read. */
  loggedErrors(): string[] {
    const errors = this.servers.flatMap((server) => server.events).filter(({ level }) => level === "error");
    const kinds = Map.groupBy(errors, ({ event }) => event);
    return [...kinds].map(([event, all]) => `${all.length} × ${event}, such as ${all[0]?.message}`);
  }

  private async ask(args: readonly string[]): Promise<unknown> {
    const program = this.client(CLIENT_HOSTS[0], args);
    this.questions.add(program);
    const code = await program.within(program.exited, "answers", QUESTION_MS).catch(() => null);
    this.questions.delete(program);
    if (program.alive) await program.kill();
    return code === 0 ? JSON.parse(program.out.all.join("\n")) : null;
  }

  private makeServer(number: number): Server {
    const data = this.dataDisk(number).folder;
    const listen = ["--ip", "0.0.0.0", "--open", "--port", String(CENTRAL_PORT + number)];
    const common = [...listen, "--data", data, "--log", "json"];
    const central = ["--central-ip", this.hosts.address(CENTRAL_HOST), "--central-port", String(CENTRAL_PORT)];
    const args =
      number === CENTRAL_HOST
        ? ["central", ...common, "--secondaries", String(SECONDARIES.length)]
        : ["secondary", ...common, ...central, "-n", String(number), "--dir", this.disk(number).folder];
    const options = { number, through: this.hosts.enter(number), args, cwd: this.root };
    return new Server(options, this.log, (server, how) =>
      this.verdict.broken("no server ends by itself", `${server.name}: ${how}\n${server.runs.at(-1)?.tail()}`),
    );
  }
}
