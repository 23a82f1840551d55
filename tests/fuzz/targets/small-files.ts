import fs from "node:fs";
import type { Material } from "../inputs/draft.ts";
import type { Input } from "../inputs/input.ts";
import { SMALL } from "../world/content.ts";
import { startSmallFiles } from "../world/honest-servers.ts";
import type { Scratch } from "../world/scratch.ts";
import { SOURCE, World } from "../world/world.ts";
import type { Target } from "./target.ts";

/** A copy of small files from another secondary, from its side. */
export class SmallFilesTarget implements Target {
  readonly name = "small-files";
  readonly maxSenders = 1;

  constructor(
    readonly material: Material,
    private readonly scratch: Scratch,
  ) {}

  async run({ senders }: Input): Promise<string[]> {
    const world = new World();
    world.lurk(SOURCE, senders);
    const folder = this.scratch.folder();
    const { connection, events, unnamed } = startSmallFiles(world, world.network, folder);
    await world.pass(500);
    connection.send({ kind: "stop" });
    await world.until(() => events.some(({ kind }) => kind === "ended"), 100);
    await world.pass(100);
    const stored = events.reduce((sum, event) => sum + (event.kind === "stored" ? event.places.length : 0), 0);
    const found: string[] = [];
    if (events.filter(({ kind }) => kind === "ended").length !== 1) found.push("it does not end once");
    let right = 0;
    for (const fd of unnamed.drain()) {
      if (fs.readFileSync(fd).equals(SMALL.bytes)) right += 1;
      fs.closeSync(fd);
    }
    if (stored > right) found.push(`${stored} files are called right, and ${right} are`);
    this.scratch.remove(folder);
    return found;
  }
}
