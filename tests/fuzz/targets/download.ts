import type { Material } from "../inputs/draft.ts";
import type { Input } from "../inputs/input.ts";
import { startDownload, startPieceServer } from "../world/honest-servers.ts";
import type { Scratch } from "../world/scratch.ts";
import { SOURCE, World } from "../world/world.ts";
import type { Target } from "./target.ts";

/** Milliseconds of the fake clock for a download that has an honest source beside the others. */
const DOWNLOAD_MS = 60_000;

/** Connections of a download to its sources, from its side. */
export class DownloadTarget implements Target {
  readonly name = "download";
  readonly maxSenders = 2;

  constructor(
    readonly material: Material,
    private readonly scratch: Scratch,
  ) {}

  async run({ senders }: Input): Promise<string[]> {
    const world = new World();
    const { download, ended, isRight } = startDownload(world, world.network, this.scratch);
    let over = false;
    void ended.then(() => {
      over = true;
    });
    const sources = senders.map((sender, index) => {
      const address = { host: SOURCE.host, port: index + 1 };
      world.lurk(address, [sender]);
      return { number: index + 1, ...address, partial: false };
    });
    download.updateSources(sources, false);
    await world.pass(1000);
    const { server } = await startPieceServer(world, world.network, this.scratch);
    download.updateSources([...sources, { number: 9, ...SOURCE, partial: false }], false);
    await world.until(() => over, DOWNLOAD_MS);
    const ends = over;
    download.stop({ kind: "cancelled" });
    server.stop();
    await world.pass(1500);
    if (!ends) return ["a download with an honest source does not end"];
    return isRight() ? [] : ["a download has wrong bytes"];
  }
}
