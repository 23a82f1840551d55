import { isHostName } from "../../http/access/server-names.ts";
import { newHttpsKey } from "../../keys/https/https-key.ts";
import { writeSecretFile } from "../../keys/key-file.ts";
import { isAddress } from "../../net/address/address.ts";
import { formatDay } from "../../platform/units.ts";
import { say } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";
import { EXIT } from "../exit-codes.ts";
import { UsageError } from "../flags/check-arguments.ts";
import type { Values } from "../flags/values.ts";
import { writeStdout } from "../output.ts";
import { readMaking } from "./cluster-key.ts";

/** `redes key https HOST...` */
export async function keyHttps(values: Values): Promise<number> {
  const all = values.positionals.map((name) => name.toLowerCase());
  if (all.length === 0)
    throw new UsageError(say("HOST is missing: give the names and addresses by which the server is called"));
  const wrong = all.find((name) => !isHostName(name) && !isAddress(name));
  if (wrong !== undefined)
    throw new UsageError(say("HOST {wrong}: it takes the name of a host or an IP address", { wrong }));
  const { cluster, out, validity } = await readMaking(values);
  const names = { hosts: all.filter(isHostName), addresses: all.filter(isAddress) };
  const { key, certificate } = await newHttpsKey(cluster, names, validity);
  await writeSecretFile(out, `${key.trim()}\n${certificate.trim()}\n`);
  const until = formatDay(Math.min(validity.notAfter, cluster.authority.notAfter));
  await writeStdout(
    `${shown(say("a key and a certificate for HTTPS as {names}, until {until}", { names: all, until }))}\n`,
  );
  return EXIT.done;
}
