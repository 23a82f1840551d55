import { parseFingerprint } from "../../keys/fingerprint.ts";
import { plural } from "../../platform/units.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { askCentral } from "../client/question.ts";
import { UsageError } from "../flags/check-arguments.ts";
import type { Values } from "../flags/values.ts";
import { operand } from "./operand.ts";

/** `redes key revoke FINGERPRINT` */
export function keyRevoke(values: Values): Promise<number> {
  const text = operand(values, "FINGERPRINT", "give what redes key show or redes key list prints");
  const fingerprint = parseFingerprint(text);
  if (fingerprint === null) {
    throw new UsageError(
      `FINGERPRINT ${text}: it takes the 64 hexadecimal digits that redes key show or redes key list prints`,
    );
  }
  return askCentral(values, async (session) => {
    const revoked = await session.revoke(fingerprint);
    if (revoked.fault !== null) throw new Error(`${fingerprint} is not revoked: ${revoked.fault}`);
    return revokedText(fingerprint, revoked);
  });
}

function revokedText(fingerprint: string, { seen, told }: Messages["revoked"]): string {
  const unseen = seen ? "" : "\nnobody has ever come to this central with it: is the fingerprint right?";
  const secondaries = plural(told, "secondary", "secondaries");
  return `${fingerprint} is revoked, and ${secondaries} told; those that are away are told when they come back${unseen}`;
}
