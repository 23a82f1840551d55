import { saidIdentity } from "../../keys/identity.ts";
import { readKeyFile } from "../../keys/key-file.ts";
import { newToken } from "../../keys/tokens/issue-token.ts";
import { systemClock } from "../../platform/clock.ts";
import { systemRandom } from "../../platform/random.ts";
import { formatDay } from "../../platform/units.ts";
import { say } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";
import { EXIT } from "../exit-codes.ts";
import type { Values } from "../flags/values.ts";
import { checkStdout, writeStdout } from "../output.ts";
import { usualName } from "../usual-name.ts";
import { MAX_DAYS, neededFlag, rightsIn } from "./operand.ts";

/** A token lies about in players and scripts: it ends sooner than a key file. */
const DEFAULT_DAYS = 30;

/** `redes key token` */
export async function keyToken(values: Values): Promise<number> {
  values.noPositionals();
  const path = neededFlag(values, "key-file", say("give the file with the cluster key, or with a client's"));
  const name = values.has("name") ? values.clientName("name", "") : null;
  const request = {
    name,
    preset: usualName(),
    rights: rightsIn(values),
    days: values.whole("days", 1, MAX_DAYS, DEFAULT_DAYS),
  };
  checkStdout();
  const file = { path, contents: await readKeyFile(path) };
  const { text, claims } = await newToken(file, request, systemClock.wall(), systemRandom);
  await writeStdout(`${text}\n`);
  if (!values.has("quiet")) {
    const whose = saidIdentity({ role: "client", name: claims.sub, rights: claims.rights });
    const until = formatDay(claims.exp * 1000);
    const told = say("a token for {whose}, until {until}; to revoke it: its fingerprint {fingerprint}", {
      whose,
      until,
      fingerprint: claims.jti,
    });
    process.stderr.write(`redes: ${shown(told)}\n`);
  }
  return EXIT.done;
}
