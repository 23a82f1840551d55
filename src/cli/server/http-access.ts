import { ServerAccess } from "../../http/access/server-access.ts";
import { isHostName } from "../../http/access/server-names.ts";
import type { TlsFiles } from "../../keys/https/tls-files.ts";
import type { KeyKeeper } from "../../keys/key-keeper.ts";
import type { Address } from "../../net/address/address.ts";
import { systemClock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { say } from "../../sentences/sentence.ts";
import { UsageError } from "../flags/check-arguments.ts";
import type { Values } from "../flags/values.ts";

const NEED_HTTP = ["http-host", "tls-cert", "tls-key", "metrics-open"] as const;

/**
 * Who may do what over HTTP, which is served at `address`; null where it is not. `advertised`: where others reach this
 * server, if not there. Rejects with KeyError.
 */
export async function httpAccess(
  values: Values,
  address: Address | null,
  advertised: string | null,
  { keys, log }: { readonly keys: KeyKeeper | null; readonly log: Log },
): Promise<ServerAccess | null> {
  const names = values.all("http-host");
  for (const name of names) {
    if (!isHostName(name.toLowerCase()))
      throw new UsageError(say("--http-host {name}: it takes the name of a host", { name }));
  }
  const tlsFiles = tlsFilesIn(values);
  if (!address) {
    const needless = NEED_HTTP.find((flag) => values.has(flag));
    if (needless !== undefined)
      throw new UsageError(say("{flag} needs --http: nothing is served there", { flag: values.written(needless) }));
    return null;
  }
  return ServerAccess.load(
    { clock: systemClock, log, keys },
    {
      names: [address.host, ...(advertised === null ? [] : [advertised]), ...names],
      tlsFiles,
      metricsOpen: values.has("metrics-open"),
    },
  );
}

function tlsFilesIn(values: Values): TlsFiles | null {
  const certificate = values.text("tls-cert", "");
  const key = values.text("tls-key", certificate);
  if (certificate !== "") return { certificate, key };
  if (key !== "")
    throw new UsageError(
      say("{flag} needs --tls-cert, the certificate of that key", { flag: values.written("tls-key") }),
    );
  return null;
}
