import fs from "node:fs";
import { dirname, join } from "node:path";
import { MIB, put, randomBytes, shared } from "../../support/files.ts";
import type { Program } from "../../support/process.ts";
import type { RecordedProcesses } from "./recorded-processes.ts";

/** A file that is copied with others over one connection, and one that is copied in pieces. */
const SMALL = "notes/a.txt";
const LARGE = "film.bin";
export const NAMES = [LARGE, SMALL];
const SIZES: Readonly<Record<string, number>> = { [SMALL]: 12_345, [LARGE]: MIB + 9_000 };

/** What happens in the life of secondary 2, in this order. */
export const PHASES = ["copy", "replacement", "removal", "restore"] as const;
export type Phase = (typeof PHASES)[number];

/** What secondary 2 prints at the end of each phase. */
export const PHASE_END = "registered with the central";

/** Paths of folders that a secondary uses. */
export interface SecondaryFolders {
  readonly data: string;
  /** The shared folder. */
  readonly share: string;
}

/** Paths that the processes use. */
export interface Stage {
  /** The data folder of the central. */
  readonly central: string;
  readonly first: SecondaryFolders;
  /** The recorded one. */
  readonly second: SecondaryFolders;
  /** Where the client puts files. */
  readonly downloads: string;
}

/** The end of a phase. */
export interface PhaseEnd {
  readonly phase: Phase;
  /** Copies of what the others had then. */
  readonly central: string;
  readonly first: SecondaryFolders;
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

/** What happens, from the first start of everything to the end in order. Traces are named as what they are of. */
export class Play {
  /** Hashes of all contents that a user has put anywhere. */
  readonly versions = new Set<string>();
  readonly phases: PhaseEnd[] = [];

  constructor(
    private readonly processes: RecordedProcesses,
    private readonly stage: Stage,
  ) {}

  async run(): Promise<void> {
    const { processes, stage } = this;
    const { first, second } = stage;
    this.putVersions();
    const central = processes.server("central", ["--secondaries", "2", "--data", stage.central], "central");
    await central.waitFor("listening");
    processes.server("secondary", ["-n", "1", "--data", first.data, "--dir", first.share], null);
    const secondary = processes.server(
      "secondary",
      ["-n", "2", "--data", second.data, "--dir", second.share],
      "secondary",
    );
    await this.settled(secondary, "copy");
    await this.download("client-1");
    this.putVersions();
    await this.settled(secondary, "replacement");
    await this.download("client-2");
    for (const name of NAMES) central.type(`remove ${name}`);
    await this.settled(secondary, "removal");
    for (const name of NAMES) secondary.type(`restore ${name}`);
    await this.settled(secondary, "restore");
    await processes.quit(secondary);
    await processes.quit(central);
  }

  /** Puts a new version of each file into the folder of secondary 1. */
  private putVersions(): void {
    const { share } = this.stage.first;
    for (const name of NAMES) {
      const bytes = randomBytes(SIZES[name] ?? 0);
      this.versions.add(contentHash(bytes));
      const path = join(share, name);
      fs.mkdirSync(dirname(path), { recursive: true });
      fs.renameSync(put(share, ".new", bytes), path);
    }
  }

  private async download(trace: string): Promise<void> {
    await this.processes.client(["get", ...NAMES, "--dir", this.stage.downloads, "--force", "--json"], trace);
  }

  /** Waits until both secondaries have the files of a phase, and marks its end in the recording. */
  private async settled(secondary: Program, phase: Phase): Promise<void> {
    const { processes, stage } = this;
    const count = phase === "removal" ? 0 : NAMES.length;
    const state = (folder: string) => JSON.stringify([...contentsOf(folder)]);
    await processes.until(`${phase} is done`, async () => {
      const { secondaries } = await processes.status();
      const inStep = secondaries.filter((one) => one.state === "in step" && one.files === count);
      return inStep.length === 2 && state(stage.first.share) === state(stage.second.share);
    });
    const lines = secondary.out.all.length;
    secondary.type("status");
    await secondary.prints(new RegExp(PHASE_END), lines);
    this.phases.push({ phase, ...this.snapshot(phase), files: contentsOf(stage.first.share) });
  }

  private snapshot(phase: Phase): Pick<PhaseEnd, "central" | "first"> {
    const { stage, processes } = this;
    const copy = (from: string, name: string) => {
      const to = processes.path(`${phase}/${name}`);
      fs.cpSync(from, to, { recursive: true, preserveTimestamps: true });
      return to;
    };
    const first = { data: copy(stage.first.data, "data1"), share: copy(stage.first.share, "share1") };
    return { central: copy(stage.central, "data0"), first };
  }
}
