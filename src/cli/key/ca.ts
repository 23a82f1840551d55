import { readKeyFile } from "../../keys/key-file.ts";
import { say } from "../../sentences/sentence.ts";
import { EXIT } from "../exit-codes.ts";
import type { Values } from "../flags/values.ts";
import { writeStdout } from "../output.ts";
import { neededFlag } from "./operand.ts";

/** `redes key ca`: the certificate by which programs know the servers of a cluster. Nothing of it is secret. */
export async function keyCa(values: Values): Promise<number> {
  values.noPositionals();
  const path = neededFlag(values, "key-file", say("give the cluster key, or a key file that was made from it"));
  const { authority } = await readKeyFile(path);
  await writeStdout(authority.pem);
  return EXIT.done;
}
