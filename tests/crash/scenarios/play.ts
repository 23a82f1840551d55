import fs from "node:fs";
import { join } from "node:path";
import { workFilesFor } from "../../../src/transfer/sinks/work-files/work-files.ts";
import { MIB, put, randomBytes, shared } from "../../support/files.ts";
import type { Program } from "../../support/process.ts";
import { PAGE_BYTES } from "../model/history.ts";
import { adoptParts } from "../start/recorded-journals.ts";
import type { ExecutableProcesses } from "./executable-processes.ts";

/** A file that is copied with others over one connection, and one that is copied in pieces. */
const SMALL = "notes/a.txt";
export const LARGE = "film.bin";
export const NAMES = [LARGE, SMALL];
const SIZES: Readonly<Record<string, number>> = { [SMALL]: 12_345, [LARGE]: MIB + 9_000 };

/** What happens, in this order. A user replaces files at secondary 1, and restores them at secondary 2. */
export const PHASES = ["copy", "replacement", "removal", "restore"] as const;
export type Phase = (typeof PHASES)[number];

/** What secondaries print at the end of each phase. */
export const PHASE_END = "registered with the central";

/** The end of the name under which a user's program writes a file before it has its name. */
export const USER_PART = ".part";

/** Paths of folders that a secondary uses. */
export interface SecondaryFolders {
  readonly data: string;
  /** The shared folder. */
  readonly share: string;
}

/** The numbers of the secondaries. */
export const NUMBERS = [1, 2] as const;
export type SecondaryNumber = (typeof NUMBERS)[number];

/** Paths that servers use. */
export interface ServerFolders {
  /** The data folder of the central. */
  readonly central: string;
  readonly secondaries: Readonly<Record<SecondaryNumber, SecondaryFolders>>;
}

/** The end of a phase. */
export interface PhaseEnd extends ServerFolders {
  /** The folders are copies of what there was then. */
  readonly phase: Phase;
  /** What all shared: the hash of each file's bytes, by name. */
  readonly files: ReadonlyMap<string, string>;
}

export function contentHash(bytes: Uint8Array): string {
  return `${bytes.length} ${Bun.hash(bytes)}`;
}

/** Hashes of the shared files of a folder, by name. */
export function contentsOf(folder: string): Map<string, string> {
  return new Map(shared(folder).map((name) => [name, contentHash(fs.readFileSync(join(folder, name)))]));
}

/** Where clients put files. */
export interface DownloadFolders {
  /** It does not exist at first. */
  readonly whole: string;
  /** For a download that was interrupted by a power loss; it is there. What is in it before it is resumed is copied. */
  readonly interrupted: { readonly path: string; readonly copy: string };
}

/** What happens, from the first start of everything to the end in order. Traces are named as what they are of. */
export class Play {
  /** Hashes of all contents that a user has put anywhere. */
  readonly versions = new Set<string>();
  readonly phases: PhaseEnd[] = [];

  constructor(
    private readonly processes: ExecutableProcesses,
    private readonly folders: ServerFolders,
    private readonly downloads: DownloadFolders,
  ) {}

  async run(): Promise<void> {
    const { processes } = this;
    await this.putVersions("user-1");
    const central = processes.server("central", ["--secondaries", "2", "--data", this.folders.central], "central");
    await central.waitFor("listening");
    const [first, second] = [this.startSecondary(1), this.startSecondary(2)];
    const settled = (phase: Phase) => this.settled([first, second], phase);
    await settled("copy");
    await this.download("client-1");
    await this.resumeDownload("client-resumed");
    await this.putVersions("user-2");
    await settled("replacement");
    await this.download("client-2");
    for (const name of NAMES) central.type(`remove ${name}`);
    await settled("removal");
    for (const name of NAMES) second.type(`restore ${name}`);
    await settled("restore");
    for (const program of [first, second, central]) await processes.quit(program);
  }

  private startSecondary(number: SecondaryNumber): Program {
    const { data, share } = this.folders.secondaries[number];
    return this.processes.server(
      "secondary",
      ["-n", `${number}`, "--data", data, "--dir", share],
      `secondary-${number}`,
    );
  }

  /** Puts a new version of each file into the folder of secondary 1. */
  private async putVersions(trace: string): Promise<void> {
    const { share } = this.folders.secondaries[1];
    const files = NAMES.flatMap((name) => {
      const bytes = randomBytes(SIZES[name] ?? 0);
      this.versions.add(contentHash(bytes));
      return [put(this.processes.path(trace), name, bytes), join(share, name)];
    });
    await this.processes.script("user.ts", files, `${trace}.trace`);
  }

  private async download(trace: string): Promise<void> {
    await this.processes.client(["get", ...NAMES, "--dir", this.downloads.whole, "--force", "--json"], trace);
  }

  /** Resumes a download that a power loss has interrupted, which has taken a page of the part and left its mark. */
  private async resumeDownload(trace: string): Promise<void> {
    const { path, copy } = this.downloads.interrupted;
    const get = ["get", LARGE, "--dir", path, "--json"];
    await this.processes.killedClient(get);
    const files = workFilesFor(join(path, LARGE));
    const part = fs.openSync(files.part, "r+");
    fs.writeSync(part, new Uint8Array(PAGE_BYTES), 0, PAGE_BYTES, MIB);
    fs.closeSync(part);
    adoptParts([files.journal], "the boot before the power loss");
    fs.cpSync(path, copy, { recursive: true });
    await this.processes.client(get, trace);
  }

  /** Waits until both secondaries have the files of a phase, and marks its end in the recordings. */
  private async settled(secondaries: readonly Program[], phase: Phase): Promise<void> {
    const count = phase === "removal" ? 0 : NAMES.length;
    const shares = NUMBERS.map((number) => this.folders.secondaries[number].share);
    await this.processes.until(`${phase} is done`, async () => {
      const status = await this.processes.status();
      const inStep = status.secondaries.filter(({ state, files }) => state === "in step" && files === count);
      const [first, second] = shares.map((share) => JSON.stringify([...contentsOf(share)]));
      return inStep.length === NUMBERS.length && first === second;
    });
    for (const secondary of secondaries) {
      const lines = secondary.out.all.length;
      secondary.type("status");
      await secondary.prints(new RegExp(PHASE_END), lines);
    }
    this.phases.push({ phase, ...this.snapshot(phase), files: contentsOf(shares[0] ?? "") });
  }

  private snapshot(phase: Phase): ServerFolders {
    const { central, secondaries } = this.folders;
    const copy = (from: string, name: string) => {
      const to = this.processes.path(`${phase}/${name}`);
      fs.cpSync(from, to, { recursive: true, preserveTimestamps: true });
      return to;
    };
    const copyOf = (number: SecondaryNumber) => {
      const { data, share } = secondaries[number];
      return { data: copy(data, `data${number}`), share: copy(share, `share${number}`) };
    };
    return { central: copy(central, "central"), secondaries: { 1: copyOf(1), 2: copyOf(2) } };
  }
}
