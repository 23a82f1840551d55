import type { Address } from "../../../src/net/address/address.ts";
import type { Channel } from "../../../src/net/session/channel.ts";
import { openChannel } from "../../../src/net/session/open-channel.ts";
import type { Report } from "../../../src/protocol/messages/client.ts";
import { DATA_HEARTBEAT } from "../../../src/protocol/timing.ts";
import type { FakeClock } from "../../support/fake-clock.ts";
import type { FakeNetwork } from "../../support/fake-network.ts";

/** A secondary at `address` to which clients send reports; `received` says what it does with one. Gives its channels. */
export function keepReports(
  clock: FakeClock,
  network: FakeNetwork,
  address: Address,
  received: (channel: Channel, report: Report) => void,
): Channel[] {
  const channels: Channel[] = [];
  network.listen(address, (socket) => {
    const options = { clock, role: "secondary", side: "accepts", heartbeat: DATA_HEARTBEAT } as const;
    const channel: Channel = openChannel(socket, options, {
      greeted() {},
      message(message) {
        if (message.type === "finish") received(channel, message.report);
      },
      closed() {},
    });
    channels.push(channel);
    return channel.socketEvents;
  });
  return channels;
}

/** The report of a download that ended well. */
export const REPORT: Report = {
  download: "1".repeat(32),
  client: "ana",
  name: "film.mkv",
  id: "a".repeat(64),
  outcome: "done",
  sources: [1],
};
