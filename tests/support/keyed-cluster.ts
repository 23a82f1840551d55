import { expect } from "bun:test";
import { join } from "node:path";
import { Cluster } from "./cluster.ts";
import { type Run, run } from "./run.ts";

/** A cluster whose processes have keys, which are files in its folder. */
export class KeyedCluster extends Cluster {
  /** Its cluster key, once `newKey` has made it. */
  readonly own = this.key("own");

  /** The path of a key file. */
  key(name: string): string {
    return join(this.root, `${name}.key`);
  }

  /** Makes a cluster key. */
  async newKey(name = "own"): Promise<string> {
    await this.make(["new", this.key(name)]);
    return this.key(name);
  }

  /** Makes a credential from the cluster key; `who`: as in `redes key`. */
  async credential(name: string, ...who: string[]): Promise<string> {
    await this.make([...who, "--key-file", this.own, "--out", this.key(name)]);
    return this.key(name);
  }

  /** Any command that asks the central, with a key. */
  asked(words: readonly string[], name: string): Promise<Run> {
    return run([...words, "--central-port", String(this.centralPort), "--key-file", this.key(name)], {
      cwd: this.root,
    });
  }

  private async make(args: readonly string[]): Promise<void> {
    expect(await run(["key", ...args], { cwd: this.root })).toMatchObject({ code: 0, err: "" });
  }
}
