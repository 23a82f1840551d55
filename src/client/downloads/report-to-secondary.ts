import type { Channel } from "../../net/session/channel.ts";
import { openChannel } from "../../net/session/open-channel.ts";
import type { Network } from "../../net/transport/network.ts";
import type { Clock } from "../../platform/clock.ts";
import type { SourceAddress } from "../../protocol/fields.ts";
import type { Report } from "../../protocol/messages/client.ts";
import { DATA_HEARTBEAT, REPORT_TIMEOUT_MS } from "../../protocol/timing.ts";

/** Leaves a report with a secondary, which keeps it for the central. Resolves to whether it was taken. */
export function reportToSecondary(
  clock: Clock,
  network: Network,
  secondary: SourceAddress,
  report: Report,
): Promise<boolean> {
  const { number, host, port } = secondary;
  const address = { host, port };
  return new Promise((resolve) => {
    let over = false;
    let close = () => {};
    const end = (taken: boolean) => {
      if (over) return;
      over = true;
      cancelTimeout();
      resolve(taken);
      close();
    };
    const cancelTimeout = clock.after(REPORT_TIMEOUT_MS, () => end(false));
    const expected = { role: "secondary", address } as const;
    const options = { clock, role: "client", side: "connects", heartbeat: DATA_HEARTBEAT, expected } as const;
    network
      .connect(
        address,
        (socket) => {
          const channel: Channel = openChannel(socket, options, {
            greeted: () => channel.send({ type: "finish", report }),
            message: (message) => {
              if (message.type === "counted" && message.download === report.download) end(true);
            },
            closed: () => end(false),
          });
          close = () => channel.close({ cause: "ours", message: "done" });
          if (over) close();
          return channel.socketEvents;
        },
        { role: "secondary", number },
      )
      .catch(() => end(false));
  });
}
