import type { ActionKind } from "../action.ts";
import { breakPutOff } from "./break-put-off.ts";
import { changeWhileSent } from "./change-while-sent.ts";
import { loseReceiver } from "./lose-receiver.ts";
import { putFromClient } from "./put-from-client.ts";
import { putTwice } from "./put-twice.ts";
import { removeAndPut } from "./remove-and-put.ts";
import { removeFromClient } from "./remove-from-client.ts";
import { restoreFromClient } from "./restore-from-client.ts";

/** What people change in the cluster from clients, and what goes wrong with that alone. */
export const UPLOAD_ACTIONS: readonly ActionKind[] = [
  putFromClient,
  breakPutOff,
  putTwice,
  changeWhileSent,
  removeAndPut,
  loseReceiver,
  removeFromClient,
  restoreFromClient,
];
