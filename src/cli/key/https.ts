import { isHostName } from "../../http/access/server-names.ts";
import { newHttpsKey } from "../../keys/https/https-key.ts";
import { writeSecretFile } from "../../keys/key-file.ts";
import { dayOf } from "../../keys/key-material.ts";
import { validFor } from "../../keys/validity.ts";
import { isAddress } from "../../net/address/address.ts";
import { systemClock } from "../../platform/clock.ts";
import { EXIT } from "../exit-codes.ts";
import { UsageError } from "../flags/check-arguments.ts";
import type { Values } from "../flags/values.ts";
import { checkStdout, writeStdout } from "../output.ts";
import { DEFAULT_DAYS, readClusterKey } from "./cluster-key.ts";
import { MAX_DAYS, neededFlag } from "./operand.ts";

/** `redes key https HOST...` */
export async function keyHttps(values: Values): Promise<number> {
  const all = values.positionals.map((name) => name.toLowerCase());
  if (all.length === 0)
    throw new UsageError("HOST is missing: give the names and addresses by which the server is called");
  const wrong = all.find((name) => !isHostName(name) && !isAddress(name));
  if (wrong !== undefined) throw new UsageError(`HOST ${wrong}: it takes the name of a host or an IP address`);
  const keyFile = neededFlag(values, "key-file", "give the file with the cluster key, which redes key new makes");
  const out = neededFlag(values, "out", "give the file that is to be made");
  const days = values.whole("days", 1, MAX_DAYS, DEFAULT_DAYS);
  checkStdout();
  const now = systemClock.wall();
  const cluster = await readClusterKey(keyFile, now);
  const validity = validFor(days, now);
  const names = { hosts: all.filter(isHostName), addresses: all.filter(isAddress) };
  const { key, certificate } = await newHttpsKey(cluster, names, validity);
  await writeSecretFile(out, `${key.trim()}\n${certificate.trim()}\n`);
  const until = dayOf(Math.min(validity.notAfter, cluster.authority.notAfter));
  await writeStdout(`a key and a certificate for HTTPS as ${all.join(", ")}, until ${until}\n`);
  return EXIT.done;
}
