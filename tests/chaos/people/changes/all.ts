import type { Change } from "../change.ts";
import { add } from "./add.ts";
import { append } from "./append.ts";
import { deleteOne } from "./delete.ts";
import { overwrite } from "./overwrite.ts";
import { remove } from "./remove.ts";
import { rename } from "./rename.ts";
import { replace } from "./replace.ts";
import { restore } from "./restore.ts";
import { revert } from "./revert.ts";
import { writeSlowly } from "./write-slowly.ts";

export const CHANGES: readonly Change[] = [
  add,
  replace,
  revert,
  overwrite,
  append,
  writeSlowly,
  rename,
  deleteOne,
  remove,
  restore,
];
