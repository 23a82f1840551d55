import type { Material } from "../inputs/draft.ts";
import type { Input } from "../inputs/input.ts";
import { FILE } from "../world/content.ts";
import { startDownload, startPieceServer } from "../world/honest-servers.ts";
import type { Scratch } from "../world/scratch.ts";
import { SOURCE, World } from "../world/world.ts";
import type { Target } from "./target.ts";

/** Milliseconds of the fake clock for an honest download. */
const DOWNLOAD_MS = 10_000;

/** The data sessions that a secondary accepts. */
export class PieceServerTarget implements Target {
  readonly name = "piece-server";
  readonly maxSenders = 3;

  constructor(
    readonly material: Material,
    private readonly scratch: Scratch,
  ) {}

  async run({ senders }: Input): Promise<string[]> {
    const world = new World();
    const { server, users } = await startPieceServer(world, world.network, this.scratch);
    for (const sender of senders) world.attack(SOURCE, sender);
    await world.pass(200);
    server.availabilityChanged();
    server.piecesAdded(FILE.version.id, [1]);
    const found: string[] = [];
    if (!(await isServed(world, this.scratch))) found.push("an honest download gets nothing");
    server.stop();
    if (!(await world.until(() => users() === 0, 1500))) found.push(`${users()} versions stay open after all sessions`);
    return found;
  }
}

/** Whether an honest client gets the file from the secondary. */
export async function isServed(world: World, scratch: Scratch): Promise<boolean> {
  const { download, ended, isRight } = startDownload(world, world.network, scratch);
  let over = false;
  void ended.then(() => {
    over = true;
  });
  download.updateSources([{ number: 1, ...SOURCE, partial: false }], false);
  await world.until(() => over, DOWNLOAD_MS);
  if (!over) download.stop({ kind: "cancelled" });
  await world.until(() => over, DOWNLOAD_MS);
  return isRight();
}
