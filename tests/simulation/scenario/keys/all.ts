import type { ActionKind } from "../action.ts";
import { endCredential } from "./end-credential.ts";
import { getWithWrongKey } from "./get-with-wrong-key.ts";
import { raidSecondary } from "./raid-secondary.ts";
import { restartOnceRevoked } from "./restart-once-revoked.ts";
import { revokeKey } from "./revoke-key.ts";
import { revokeSource } from "./revoke-source.ts";
import { revokeWithoutRight } from "./revoke-without-right.ts";
import { rotateKey } from "./rotate-key.ts";
import { wearWrongKey } from "./wear-wrong-key.ts";

/** What can happen where a cluster has keys. */
export const KEY_ACTIONS: readonly ActionKind[] = [
  rotateKey,
  getWithWrongKey,
  raidSecondary,
  wearWrongKey,
  endCredential,
  revokeKey,
  revokeSource,
  restartOnceRevoked,
  revokeWithoutRight,
];
