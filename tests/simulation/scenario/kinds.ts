import type { ActionKind } from "./action.ts";
import { DOWNLOAD_ACTIONS } from "./downloads/all.ts";
import { getFromSilent } from "./downloads/get-from-silent.ts";
import { FAULTS, THEMED_FAULTS } from "./faults/all.ts";
import { FILE_ACTIONS } from "./files/all.ts";
import { putUnderCopy } from "./files/put-under-copy.ts";
import { writeOverSlowly } from "./files/write-over-slowly.ts";

export const USER_KINDS: readonly ActionKind[] = [...FILE_ACTIONS, ...DOWNLOAD_ACTIONS];
export const FAULT_KINDS: readonly ActionKind[] = FAULTS;
/** What meets a moment that lasts for milliseconds: themes alone bring it. */
const MEETING_KINDS: readonly ActionKind[] = [putUnderCopy, writeOverSlowly, getFromSilent];
export const ACTION_KINDS: readonly ActionKind[] = [...USER_KINDS, ...FAULT_KINDS, ...THEMED_FAULTS, ...MEETING_KINDS];
