import { parseFingerprint } from "../../keys/fingerprint.ts";
import { say } from "../../sentences/sentence.ts";
import { revokedText } from "../../text/shown/key-rows.ts";
import { askCentral } from "../client/question.ts";
import { UsageError } from "../flags/check-arguments.ts";
import type { Values } from "../flags/values.ts";
import type { ExitStatus } from "../signals.ts";
import { operand } from "./operand.ts";

/** `redes key revoke FINGERPRINT` */
export function keyRevoke(values: Values): Promise<ExitStatus> {
  const text = operand(values, "FINGERPRINT", say("give what redes key show or redes key list prints"));
  const fingerprint = parseFingerprint(text);
  if (fingerprint === null) {
    throw new UsageError(
      say("FINGERPRINT {text}: it takes the 64 hexadecimal digits that redes key show or redes key list prints", {
        text,
      }),
    );
  }
  return askCentral(values, async ({ session }) => {
    const revoked = await session.revoke(fingerprint);
    if (revoked.fault !== null) throw new Error(revokedText(fingerprint, revoked));
    return revokedText(fingerprint, revoked);
  });
}
