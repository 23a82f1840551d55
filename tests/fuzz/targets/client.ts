import type { Material } from "../inputs/draft.ts";
import type { Input } from "../inputs/input.ts";
import { startClient } from "../world/honest-client.ts";
import type { Scratch } from "../world/scratch.ts";
import { CENTRAL, World } from "../world/world.ts";
import type { Target } from "./target.ts";

/** Milliseconds of the fake clock in which a client that is told to stop has stopped. */
const ENDING_MS = 15_000;

/** A client's session with the central and its downloads, from its side. */
export class ClientTarget implements Target {
  readonly name = "client";
  readonly maxSenders = 3;

  constructor(
    readonly material: Material,
    private readonly scratch: Scratch,
  ) {}

  async run({ senders }: Input): Promise<string[]> {
    const world = new World();
    world.lurk(CENTRAL, senders);
    const client = startClient(world, world.network, 1000);
    await world.pass(100);
    const folder = this.scratch.folder();
    const asked = [client.session.list(), client.session.status()].map((answer) => answer.catch(() => null));
    let over = false;
    void Promise.all([...asked, client.get(folder)]).then(() => {
      over = true;
    });
    await world.pass(1500);
    const cancelled = client.downloads.cancelAll();
    client.session.stop();
    await world.until(() => over, ENDING_MS);
    if (over) await cancelled;
    this.scratch.remove(folder);
    return over ? [] : ["a download does not end"];
  }
}
