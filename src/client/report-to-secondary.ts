import type { Address } from "../net/address/address.ts";
import type { Channel } from "../net/session/channel.ts";
import { openChannel } from "../net/session/open-channel.ts";
import type { Network } from "../net/transport/network.ts";
import type { Clock } from "../platform/clock.ts";
import type { Report } from "../protocol/messages/client.ts";
import { DATA_HEARTBEAT } from "../protocol/timing.ts";

/** Milliseconds for a secondary to take a report. */
const REPORT_TIMEOUT_MS = 3000;

/** Leaves a report with a secondary, which keeps it for the central. Resolves to whether it was taken. */
export function reportToSecondary(clock: Clock, network: Network, address: Address, report: Report): Promise<boolean> {
  return new Promise((resolve) => {
    let channel: Channel | null = null;
    const settle = (taken: boolean) => {
      cancel();
      // First of all, for the close calls back.
      resolve(taken);
      channel?.close({ cause: "ours", message: "done" });
    };
    const cancel = clock.after(REPORT_TIMEOUT_MS, () => settle(false));
    network
      .connect(address, (socket) => {
        const made: Channel = openChannel(
          socket,
          {
            clock,
            role: "client",
            side: "connects",
            heartbeat: DATA_HEARTBEAT,
            expected: { role: "secondary", address },
          },
          {
            greeted: () => made.send({ type: "finish", report }),
            message: (message) => {
              if (message.type === "counted" && message.download === report.download) settle(true);
            },
            closed: () => settle(false),
          },
        );
        channel = made;
        return made.socketEvents;
      })
      .catch(() => settle(false));
  });
}
