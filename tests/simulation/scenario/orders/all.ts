import type { ActionKind } from "../action.ts";
import { listAfterRestart } from "./list-after-restart.ts";
import { listFiles } from "./list-files.ts";
import { moveAndRestart } from "./move-and-restart.ts";
import { moveFromClient } from "./move-from-client.ts";

/** What people ask and have the central do from clients, beside what has to do with what they send. */
export const ORDER_ACTIONS: readonly ActionKind[] = [listFiles, listAfterRestart, moveFromClient, moveAndRestart];
