import { CentralSession } from "../../src/client/central-session.ts";
import { tcpNetwork } from "../../src/net/transport/tcp.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { type Log, silentLog } from "../../src/platform/log/log.ts";
import { systemRandom } from "../../src/platform/random.ts";
import { serveLoad } from "./load.ts";

/** `connect`: so many clients of the central at `port`; `list`: each asks for the list, all at the same time. */
export type SessionsRequest =
  | { readonly kind: "connect"; readonly port: number; readonly clients: number }
  | { readonly kind: "list" };

export interface SessionsReply {
  /** Seconds until each had its answer. */
  readonly seconds: readonly number[];
  /** Sessions that have been lost so far. */
  readonly lost: number;
}

/** Clients that connect at once: fewer than a listening socket lets wait. */
const AT_ONCE = 100;

const sessions: CentralSession[] = [];
let lost = 0;
const log: Log = {
  ...silentLog,
  warn(event) {
    if (event === "central-lost") lost += 1;
  },
};
const deps = { clock: systemClock, random: systemRandom, network: tcpNetwork(systemClock), log };

async function connect(port: number, clients: number): Promise<SessionsReply> {
  while (sessions.length < clients) {
    const some = Array.from({ length: Math.min(AT_ONCE, clients - sessions.length) }, (_, index) => {
      const name = `client ${process.pid}-${sessions.length + index}`;
      return new CentralSession(deps, { host: "127.0.0.1", port }, name, () => {});
    });
    for (const session of some) session.start();
    await Promise.all(some.map((session) => session.untilConnected()));
    sessions.push(...some);
  }
  return { seconds: [], lost };
}

async function list(): Promise<SessionsReply> {
  const seconds = await Promise.all(
    sessions.map(async (session) => {
      const began = performance.now();
      if ((await session.list()).length === 0) throw new Error("the list is empty");
      return (performance.now() - began) / 1000;
    }),
  );
  return { seconds, lost };
}

serveLoad<SessionsRequest, SessionsReply>((request) => {
  return request.kind === "connect" ? connect(request.port, request.clients) : list();
});
