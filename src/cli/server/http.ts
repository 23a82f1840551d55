import type { ServerAccess } from "../../http/access/server-access.ts";
import { originOf, type WebAddress } from "../../http/server/web-address.ts";
import { type HttpOwner, HttpThread } from "../../http/thread/http-thread.ts";
import type { Backend } from "../../http/thread/questions.ts";
import type { HttpRole } from "../../http/thread/thread-messages.ts";
import type { Address } from "../../net/address/address.ts";
import { systemClock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import type { TokenBucket } from "../../platform/pacing/token-bucket.ts";
import { descriptorLimit } from "../../platform/process/descriptor-limit.ts";
import { httpConnections } from "./descriptor-shares.ts";
import type { TerminalLog } from "./terminal-log.ts";

/** The HTTP side of a server, on a thread of its own. */
export interface ServerHttp {
  /** Resolves with where it listens; null: there is no HTTP. Rejects with ListenError. */
  listen(): Promise<WebAddress | null>;
  /** Says in the log where it listens: after the server itself has, whose line comes first. */
  tell(): void;
  stop(): void;
}

const NO_HTTP: ServerHttp = { listen: async () => null, tell() {}, stop() {} };

/** What SIGHUP does for the log file, the keys and the certificate; null: nothing. */
export function reloadOf(
  { reopen }: Pick<TerminalLog, "reopen">,
  keys: (() => void) | null,
  access: ServerAccess | null,
): (() => void) | null {
  const renew = access?.hasTlsFiles ? () => void access.renew() : null;
  // The log first: what comes of the others is for the new file.
  const parts = [reopen, keys, renew].filter((part) => part !== null);
  if (parts.length === 0) return null;
  return () => {
    for (const part of parts) part();
  };
}

/** What an HTTP thread has on the main thread. */
export interface HttpSide<T extends Backend<T>> {
  readonly owner: HttpOwner<T>;
  /** How many seconds later than it was due a timer of the thread ran. */
  lagged(seconds: number): void;
  /** What it may send of files. Absent: all. */
  readonly limit?: TokenBucket;
}

/** `address`, `side` and `access`: null where no HTTP is wanted. */
export function serverHttp<T extends Backend<T>>(
  role: HttpRole,
  address: Address | null,
  side: HttpSide<T> | null,
  access: ServerAccess | null,
  log: Log,
): ServerHttp {
  if (!address || !side || !access) return NO_HTTP;
  const { owner, lagged, limit } = side;
  const thread = new HttpThread({ log, clock: systemClock, lagged }, owner, {
    role,
    address,
    access: access.current,
    connections: httpConnections(descriptorLimit()),
    ...(limit && { limit: limit.memory }),
  });
  access.onChange((setting) => thread.useAccess(setting));
  const tls = access.current.tls !== null;
  let { port } = address;
  return {
    async listen() {
      port = await thread.listen();
      return { ...address, port, tls };
    },
    tell() {
      const where = originOf({ ...address, port, tls });
      log.info("http-listening", `HTTP on ${where}/`, { ip: address.host, port, tls });
      access.warn();
    },
    stop() {
      access.stop();
      thread.stop();
    },
  };
}
