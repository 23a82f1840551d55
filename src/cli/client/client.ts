import type { Values } from "../flags/values.ts";
import { checkHash } from "../hash-check.ts";
import { terminalLog } from "../server/terminal-log.ts";
import type { ExitStatus } from "../signals.ts";
import { ClientConsole } from "./client-console.ts";
import { clientOptions } from "./parts.ts";

/** `redes client`: the console. */
export async function client(values: Values): Promise<ExitStatus> {
  values.noPositionals();
  const options = await clientOptions(values);
  checkHash();
  return new ClientConsole(options, terminalLog({ verbosity: values.verbosity() })).run();
}
