import { Cluster } from "./cluster.ts";
import { type Run, shell } from "./run.ts";
import { siteOf } from "./site.ts";

/** A central and one secondary that serves its files over HTTP. */
export class FileSite implements AsyncDisposable {
  private constructor(
    readonly cluster: Cluster,
    /** Where the files are, without a slash at the end. */
    readonly files: string,
    /** Where programs are run. */
    readonly dir: string,
  ) {}

  /** `fill` puts files into the shared folder. */
  static async start(fill: (folder: string) => void): Promise<FileSite> {
    const cluster = new Cluster();
    fill(cluster.folder(1));
    cluster.startCentral(["--secondaries", "1"]);
    const site = await siteOf(cluster.startSecondary(1, { args: ["--http", "0"] }));
    await cluster.central.waitFor("synchronized");
    return new FileSite(cluster, `${site}/files`, cluster.downloads());
  }

  /** The shared folder. */
  get folder(): string {
    return this.cluster.folder(1);
  }

  /** Runs a line of shell in which `$FILES` is where the files are. */
  shell(line: string): Promise<Run> {
    return shell(line, { cwd: this.dir, env: { FILES: this.files } });
  }

  /** The same, where the program must succeed; gives what it printed. */
  async output(line: string): Promise<string> {
    const { code, out, err } = await this.shell(line);
    if (code !== 0) throw new Error(`${line} ended with ${code}: ${err}`);
    return out;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cluster[Symbol.asyncDispose]();
  }
}
