import * as v from "valibot";
import type { Identity } from "../../keys/identity.ts";
import { newCredential } from "../../keys/issue.ts";
import { writeKeyFile } from "../../keys/key-file.ts";
import { clientName, MAX_SECONDARY_NUMBER, secondaryNumber } from "../../protocol/fields.ts";
import { say } from "../../sentences/sentence.ts";
import { EXIT } from "../exit-codes.ts";
import { UsageError } from "../flags/check-arguments.ts";
import type { Values } from "../flags/values.ts";
import { writeStdout } from "../output.ts";
import { readMaking } from "./cluster-key.ts";
import { operand, rightsIn } from "./operand.ts";
import { summaryOf, summaryText } from "./summary.ts";

/** `redes key central` */
export function keyCentral(values: Values): Promise<number> {
  values.noPositionals();
  return makeCredential(values, { role: "central" });
}

/** `redes key secondary N` */
export function keySecondary(values: Values): Promise<number> {
  const text = operand(values, "N", say("give the number of the secondary"));
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!v.is(secondaryNumber, number)) {
    throw new UsageError(
      say("N {text}: it takes a whole number from 1 to {most}", { text, most: MAX_SECONDARY_NUMBER }),
    );
  }
  return makeCredential(values, { role: "secondary", number });
}

/** `redes key client NAME` */
export function keyClient(values: Values): Promise<number> {
  const name = operand(values, "NAME", say("give the name of the client"));
  if (!v.is(clientName, name)) {
    throw new UsageError(say("NAME {name}: it takes 1 to 100 characters, none of them a control character", { name }));
  }
  return makeCredential(values, { role: "client", name, rights: rightsIn(values) });
}

async function makeCredential(values: Values, identity: Identity): Promise<number> {
  const { cluster, out, validity, now } = await readMaking(values);
  const contents = await newCredential(cluster, identity, validity);
  await writeKeyFile(out, contents);
  await writeStdout(`${summaryText(summaryOf(contents, now))}\n`);
  return EXIT.done;
}
