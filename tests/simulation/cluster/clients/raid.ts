import type { Address } from "../../../../src/net/address/address.ts";
import type { Channel } from "../../../../src/net/session/channel.ts";
import { openChannel } from "../../../../src/net/session/open-channel.ts";
import { uniqueId } from "../../../../src/platform/random.ts";
import type { Report } from "../../../../src/protocol/messages/client.ts";
import { DATA_HEARTBEAT } from "../../../../src/protocol/timing.ts";
import type { ProcessPorts } from "../machines/process-ports.ts";

/** Milliseconds for which an answer is waited for, and after which the process of a raid ends. */
const PATIENCE_MS = 3000;
export const RAID_MS = 5000;

export interface Raid {
  /** The secondary that is asked. */
  readonly number: number;
  readonly address: Address;
  /** The version that is wanted. */
  readonly id: string;
  readonly name: string;
}

/**
 * Asks a secondary for a file without the central, and tells it of a download that was none. `letIn` is called when the
 * secondary has let it in.
 */
export function raid(
  { clock, network, random }: ProcessPorts,
  { number, address, id, name }: Raid,
  letIn: () => void,
): void {
  const expected = { role: "secondary", address } as const;
  const options = { clock, role: "client", side: "connects", heartbeat: DATA_HEARTBEAT, expected } as const;
  const download = uniqueId(random);
  const report: Report = { download, name, client: "somebody", id, outcome: "done", sources: [number] };
  const ask = (channel: Channel) => {
    channel.send({ type: "open", request: 1, id, name, download });
    channel.send({ type: "manifest", request: 2, id });
    channel.send({ type: "piece", request: 3, id, piece: 0 });
    channel.send({ type: "finish", report });
  };
  network
    .connect(
      address,
      (socket) => {
        const channel: Channel = openChannel(socket, options, {
          greeted: () => {
            letIn();
            ask(channel);
          },
          message() {},
          closed() {},
        });
        clock.after(PATIENCE_MS, () => channel.close({ cause: "ours", message: "nothing is given" }));
        return channel.socketEvents;
      },
      { role: "secondary", number },
    )
    .catch(() => {});
}
