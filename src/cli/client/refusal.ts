import { CentralUnreachable, isRefusal, WrongServer } from "../../client/central-errors.ts";
import { refusalText } from "../../client/tables.ts";
import { oneRow } from "../../console/text.ts";
import { PeerError } from "../../protocol/errors.ts";
import { type Sentence, say, type Told } from "../../sentences/sentence.ts";
import { shown } from "../../text/shown/sentence.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";

/** Why there is no central to work with, and never will be: it refuses this client, or something else answers there. */
export type CentralRefusal = PeerError | WrongServer;

/** For people. */
export function describeRefusal(refusal: CentralRefusal): Told {
  return refusal instanceof WrongServer || isRefusal(refusal)
    ? refusal.told
    : say("the central refuses this client: {reason}", { reason: refusal.told });
}

export function exitCodeOfRefusal(refusal: CentralRefusal): ExitCode {
  if (refusal instanceof WrongServer) return EXIT.unreachable;
  if (refusal.code === "no-such-file") return EXIT.noSuchFile;
  return isRefusal(refusal) ? EXIT.refused : EXIT.failed;
}

/** Says why the central has not answered, and what can be done; gives the exit code that follows. */
export function reportNoAnswer(error: unknown, { advice }: { readonly advice: Sentence | null }): ExitCode {
  const isAway = error instanceof CentralUnreachable && !(error instanceof WrongServer);
  const more = isAway && advice !== null ? `; ${shown(advice)}` : "";
  process.stderr.write(`redes: ${oneRow(refusalText(error))}${more}\n`);
  return exitCodeOfError(error);
}

/** The exit code of what has failed so. An error that says in other words what another one is counts as that. */
export function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof PeerError) return exitCodeOfRefusal(error);
  if (error instanceof CentralUnreachable) return EXIT.unreachable;
  return error instanceof Error && error.cause !== undefined ? exitCodeOfError(error.cause) : EXIT.failed;
}
