import type { ActionKind } from "../action.ts";
import { append } from "./append.ts";
import { deleteFile } from "./delete.ts";
import { move } from "./move.ts";
import { put } from "./put.ts";
import { putDifferent } from "./put-different.ts";
import { putInSteps } from "./put-in-steps.ts";
import { putOddName } from "./put-odd-name.ts";
import { putSame } from "./put-same.ts";
import { remove } from "./remove.ts";
import { rename } from "./rename.ts";
import { renameFolder } from "./rename-folder.ts";
import { restore } from "./restore.ts";
import { revert } from "./revert.ts";
import { swapForFolder } from "./swap-for-folder.ts";

/** What people do with the files of the cluster. */
export const FILE_ACTIONS: readonly ActionKind[] = [
  put,
  putInSteps,
  putSame,
  putDifferent,
  putOddName,
  append,
  revert,
  rename,
  renameFolder,
  swapForFolder,
  deleteFile,
  remove,
  move,
  restore,
];
