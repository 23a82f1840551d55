import { hostname } from "node:os";
import { type Address, isLoopback } from "../../net/address/address.ts";
import { systemClock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { shortId, systemRandom } from "../../platform/random.ts";
import { say } from "../../sentences/sentence.ts";
import { UsageError } from "../flags/check-arguments.ts";
import type { Values } from "../flags/values.ts";

/** Has others on the local network find a server. */
export interface Announcing {
  /** From now on; `port`: where it listens. */
  start(port: number | null): void;
  stop(): void;
}

const NOT_ANNOUNCED: Announcing = { start() {}, stop() {} };

/** Announces a central that listens on `host`, where --discover is given. Rejects with UsageError. */
export async function announcing(values: Values, { host }: Address, log: Log): Promise<Announcing> {
  if (!values.has("discover")) return NOT_ANNOUNCED;
  const { CentralAnnouncer } = await import("../../net/discovery/announcer.ts");
  const { instanceLabel } = await import("../../net/discovery/service.ts");
  const { udpMulticast } = await import("../../net/transport/multicast/udp-multicast.ts");
  const instance = instanceLabel(hostname(), shortId(systemRandom));
  let stop = () => {};
  return {
    start(port) {
      if (port === null) return;
      const deps = { multicast: udpMulticast, clock: systemClock, random: systemRandom, log };
      const announcer = new CentralAnnouncer(deps, instance, { host, port });
      announcer.start();
      stop = () => announcer.stop();
    },
    stop: () => stop(),
  };
}

/** Throws UsageError where nobody elsewhere could reach what is announced, unless that is what was asked for. */
export function checkAnnounced(values: Values, host: string): void {
  if (!values.has("discover") || values.has("ip") || !isLoopback(host)) return;
  throw new UsageError(
    say(
      "{flag} announces the central to other machines, and it listens on {host}, for this one alone: give --ip too, with a --key-file or --open",
      { flag: values.written("discover"), host },
    ),
  );
}
