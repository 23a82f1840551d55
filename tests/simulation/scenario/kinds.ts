import type { ActionKind } from "./action.ts";
import { DOWNLOAD_ACTIONS } from "./downloads/all.ts";
import { askTorrent } from "./downloads/ask-torrent.ts";
import { FAULTS, THEMED_FAULTS } from "./faults/all.ts";
import { FILE_ACTIONS } from "./files/all.ts";
import { KEY_ACTIONS } from "./keys/all.ts";
import { changeLimit } from "./limits/change-limit.ts";
import { MEETINGS } from "./meetings/all.ts";
import { ORDER_ACTIONS } from "./orders/all.ts";
import { STREAM_ACTIONS } from "./streams/all.ts";
import { UPLOAD_ACTIONS } from "./uploads/all.ts";

export const USER_KINDS: readonly ActionKind[] = [...FILE_ACTIONS, ...DOWNLOAD_ACTIONS];
export const FAULT_KINDS: readonly ActionKind[] = FAULTS;
export const ACTION_KINDS: readonly ActionKind[] = [
  ...USER_KINDS,
  ...FAULT_KINDS,
  ...THEMED_FAULTS,
  ...MEETINGS,
  ...KEY_ACTIONS,
  ...UPLOAD_ACTIONS,
  ...STREAM_ACTIONS,
  ...ORDER_ACTIONS,
  askTorrent,
  changeLimit,
];
