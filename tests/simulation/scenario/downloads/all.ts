import type { ActionKind } from "../action.ts";
import { cancel } from "./cancel.ts";
import { get } from "./get.ts";
import { getTwice } from "./get-twice.ts";
import { killAndGet } from "./kill-and-get.ts";
import { replaceAndGet } from "./replace-and-get.ts";

/** What people do with clients. */
export const DOWNLOAD_ACTIONS: readonly ActionKind[] = [get, getTwice, killAndGet, replaceAndGet, cancel];
