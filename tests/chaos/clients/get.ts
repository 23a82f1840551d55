import fs from "node:fs";
import path from "node:path";
import { isWorkName, workFilesFor } from "../../../src/transfer/sinks/work-files/work-files.ts";
import type { GetResult } from "../../support/cluster.ts";
import { everything, markedBytes } from "../../support/files.ts";
import type { Program } from "../../support/process.ts";
import { digestOf } from "../people/content.ts";
import type { World } from "../world/world.ts";
import type { Receipt } from "./receipt.ts";

export interface GetOptions {
  readonly client: string;
  readonly name: string;
  readonly host: number;
  /** The folder of the download; null: it goes to a pipe. */
  readonly dir: string | null;
  readonly waitSeconds: number;
  readonly descriptors?: number;
}

/** One run of `get`, to its end. */
export class Get {
  readonly program: Program;
  readonly receipt: Promise<Receipt>;
  private readonly began: number;
  private readonly again: boolean;

  constructor(
    private readonly world: World,
    readonly options: GetOptions,
  ) {
    const { client, name, host, dir, waitSeconds, descriptors } = options;
    this.began = world.log.seconds;
    this.again = dir !== null && fs.existsSync(path.join(dir, name));
    const to = dir === null ? ["-o", "-", "--quiet"] : ["--dir", dir, "--json", "--force"];
    const args = ["get", name, "--name", client, "--wait", String(waitSeconds), ...to];
    const limit = descriptors === undefined ? {} : { descriptors };
    this.program = world.client(host, args, { binary: dir === null, ...limit });
    this.receipt = this.program.exited.then((code) => this.read(code));
  }

  async kill(): Promise<void> {
    await this.program.kill();
  }

  private read(code: number | null): Receipt {
    const { client, name, dir } = this.options;
    const { out, err, bytes } = this.program;
    const result = parseResult(out.all.at(-1));
    const done = code === 0 || result?.event === "done";
    const content = !done ? null : dir === null ? Buffer.concat(bytes) : fs.readFileSync(path.join(dir, name));
    return {
      client,
      name,
      code,
      result,
      said: [...err.all],
      again: this.again,
      began: this.began,
      ended: this.world.log.seconds,
      keptBytes: done || dir === null ? 0 : markedBytes(workFilesFor(path.join(dir, name)).journal),
      leftovers: done && dir !== null ? everything(dir).filter(isWorkName) : [],
      file: content && { digest: digestOf(content), size: content.length },
    };
  }
}

/** Null where there is no line, or a part of one as a killed client leaves it. */
function parseResult(line: string | undefined): GetResult | null {
  return line?.endsWith("}") ? (JSON.parse(line) as GetResult) : null;
}
