import { hostname } from "node:os";
import { type Address, isLoopback, isWildcard } from "../../net/address/address.ts";
import { type Sentence, say } from "../../sentences/sentence.ts";
import { CENTRAL_PORT } from "../flags/values.ts";

/** What somebody does next who has started a server for the first time: a sentence with the command. */

/** At a central that was never in step, and listens at `address`. `keyed`: whether it has a key. */
export function centralSteps(
  serving: { missing(): unknown },
  { host, port }: Address,
  keyed: boolean,
  machine = hostname(),
): Sentence[] {
  if (serving.missing() === null) return [];
  const isLocal = isLoopback(host);
  const flags = [
    ...(isLocal ? [] : ["--ip ITS-ADDRESS", `--central ${isWildcard(host) ? machine : host}`]),
    ...(port === CENTRAL_PORT ? [] : [`--central-port ${port}`]),
    ...(keyed ? ["--key-file FILE"] : isLocal ? [] : ["--open"]),
  ];
  const command = ["redes secondary -n 1", ...flags].join(" ");
  return [say("start the secondaries: {command}, then -n 2 …", { command })];
}

/** At a secondary whose shared folder has no files. */
export function emptyFolderStep(folder: string): Sentence {
  return say("{folder} is empty: put files there, and all get them", { folder });
}
