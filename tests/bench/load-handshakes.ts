import { CentralSession } from "../../src/client/central-session.ts";
import { keyMaterial, readKeyFiles } from "../../src/keys/key-material.ts";
import { KeyRing } from "../../src/keys/key-ring.ts";
import { tcpNetwork } from "../../src/net/transport/tcp.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { silentLog } from "../../src/platform/log/log.ts";
import { systemRandom } from "../../src/platform/random.ts";
import { serveLoad } from "./load.ts";

/** So many sessions with the central at `port`; `keyFile` null: without keys. */
export interface HandshakesRequest {
  readonly port: number;
  readonly keyFile: string | null;
  readonly count: number;
}

export interface HandshakesReply {
  /** For all of them. */
  readonly seconds: number;
}

/** Sessions at once. */
const AT_ONCE = 50;

async function keysOf(keyFile: string): Promise<KeyRing> {
  const identity = { role: "client", name: "load", rights: "read" } as const;
  return new KeyRing(await keyMaterial(await readKeyFiles([keyFile]), identity, systemClock.wall()));
}

serveLoad<HandshakesRequest, HandshakesReply>(async ({ port, keyFile, count }) => {
  const network = tcpNetwork(systemClock, { keys: keyFile === null ? null : await keysOf(keyFile) });
  const deps = { clock: systemClock, random: systemRandom, network, log: silentLog };
  const began = performance.now();
  let left = count;
  const greet = async () => {
    for (; left > 0; ) {
      left -= 1;
      const session = new CentralSession(deps, { host: "127.0.0.1", port }, "load", () => {});
      session.start();
      await session.untilConnected();
      session.stop();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, greet));
  return { seconds: (performance.now() - began) / 1000 };
});
