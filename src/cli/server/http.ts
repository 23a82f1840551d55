import type { WebAddress } from "../../http/server/web-address.ts";
import { type HttpOwner, HttpThread } from "../../http/thread/http-thread.ts";
import type { Backend } from "../../http/thread/questions.ts";
import type { HttpRole } from "../../http/thread/thread-messages.ts";
import { type Address, formatAddress } from "../../net/address/address.ts";
import { systemClock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";

/** The HTTP side of a server, on a thread of its own. */
export interface ServerHttp {
  /** Resolves with where it listens; null: there is no HTTP. Rejects with ListenError. */
  listen(): Promise<WebAddress | null>;
  /** Says in the log where it listens: after the server itself has, whose line comes first. */
  tell(): void;
  stop(): void;
}

const NO_HTTP: ServerHttp = { listen: async () => null, tell() {}, stop() {} };

/** `address`: null where no HTTP is wanted. */
export function serverHttp<T extends Backend<T>>(
  role: HttpRole,
  address: Address | null,
  owner: HttpOwner<T>,
  log: Log,
): ServerHttp {
  if (!address) return NO_HTTP;
  const thread = new HttpThread({ log, clock: systemClock }, owner, { role, address });
  let { port } = address;
  return {
    async listen() {
      port = await thread.listen();
      return { ...address, port, tls: false };
    },
    tell() {
      const where = formatAddress({ ...address, port });
      log.info("http-listening", `HTTP on http://${where}/`, { ip: address.host, port });
    },
    stop: () => thread.stop(),
  };
}
